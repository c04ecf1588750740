// Gradients of a source's gain and offset, which are sums over the batch: kept chunk by chunk, then added up.
#pragma once

#include "activation.hpp"
#include "batch_chunks.hpp"

namespace native {

// Add up a gain's and an offset's parts, which lie one behind the other; all threads of a team call it
// together.
inline void reduce_gain(const float* parts, int size, const SourceGradient& to) {
#pragma omp for schedule(static)
  for (int at = 0; at < size; at += kLanes) {
    store(to.gain + at, total(parts + at, 2 * static_cast<size_t>(size)));
    store(to.offset + at, total(parts + size + at, 2 * static_cast<size_t>(size)));
  }
}

// Where a chunk's gradients go: those of gain and offset, zeroed, into a place of its own.
inline SourceGradient part_of(const SourceGradient& to, Floats& gains, int size, int chunk) {
  SourceGradient part = to;
  if (!gains.empty()) {
    part.gain = gains.data() + 2 * static_cast<size_t>(chunk) * size;
    part.offset = part.gain + size;
    std::fill_n(part.gain, 2 * size, 0.0F);
  }
  return part;
}

}  // namespace native
