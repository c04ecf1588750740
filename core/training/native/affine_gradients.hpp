// Gradients of a layer norm's weight and bias, sums over the batch: kept chunk by chunk, then added up.
#pragma once

#include "activation.hpp"
#include "batch_chunks.hpp"

namespace native {

// Room for the parts of both, where there is a layer norm; null where there is none.
inline float* affine_scratch(const Source& source, int size) {
  return source.norm_weight ? shared_scratch(3, static_cast<size_t>(2 * kChunks) * size) : nullptr;
}

// Add up the parts of both, which lie one after the other; all threads of a team call it together.
inline void reduce_affine(const float* parts, int size, const SourceGradient& grad_source) {
#pragma omp for schedule(static)
  for (int at = 0; at < size; at += kLanes) {
    store(grad_source.norm_weight + at, sum_chunks(parts + at, 2 * static_cast<size_t>(size)));
    store(grad_source.norm_bias + at, sum_chunks(parts + size + at, 2 * static_cast<size_t>(size)));
  }
}

// Where a chunk's gradients go: those of the layer norm, zeroed, into a place of its own.
inline SourceGradient part_of(const SourceGradient& grad_source, float* affine_parts, int size, int chunk) {
  SourceGradient part = grad_source;
  if (affine_parts) {
    part.norm_weight = affine_parts + 2 * static_cast<size_t>(chunk) * size;
    part.norm_bias = part.norm_weight + size;
    std::fill_n(part.norm_weight, 2 * size, 0.0F);
  }
  return part;
}

}  // namespace native
