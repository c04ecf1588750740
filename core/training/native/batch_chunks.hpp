// How a batch is shared among threads, and the memory they work in.
//
// Work is cut into a fixed number of chunks, whatever the number of threads, and sums over a batch are taken
// chunk by chunk in order: the same input gives the same bits on any number of threads.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

#include "convolution.hpp"

namespace native {

constexpr int kChunks = 16;

struct Chunk {
  int first, end;
};

inline Chunk chunk_of(int images, int chunk) {
  const int size = (images + kChunks - 1) / kChunks;
  return {std::min(images, chunk * size), std::min(images, (chunk + 1) * size)};
}

// Begins on a cache line, for a vector that straddles two lines costs two loads; and is not zeroed.
template <typename T>
struct Aligned {
  typedef T value_type;
  static constexpr std::align_val_t kLine{64};
  template <typename U>
  void construct(U*) {}
  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* memory, size_t) { ::operator delete(memory, kLine); }
  bool operator==(const Aligned&) const { return true; }
  bool operator!=(const Aligned&) const { return false; }
};

typedef std::vector<float, Aligned<float>> Floats;

// Memory that a thread keeps between calls; each use in a call has a slot of its own.
inline float* scratch(int slot, size_t floats) {
  thread_local Floats memory[10];
  if (memory[slot].size() < floats) memory[slot].resize(floats);
  return memory[slot].data();
}

// The same for what all threads of a call share: the calling thread keeps it, and takes it before the others
// begin. Fresh memory of some megabytes costs a page fault every four kilobytes.
inline float* shared_scratch(int slot, size_t floats) {
  thread_local Floats memory[4];
  if (memory[slot].size() < floats) memory[slot].resize(floats);
  return memory[slot].data();
}

inline size_t padded_size(int side, int padding, int channels) {
  return static_cast<size_t>(side + 2 * padding) * (side + 2 * padding) * channels;
}

// The same for a padded image, whose padding is zero; what is inside is there to be overwritten.
inline float* padded_scratch(int slot, int side, int padding, int channels) {
  const size_t floats = padded_size(side, padding, channels);
  float* image = scratch(slot, floats);
  if (padding > 0) std::fill_n(image, floats, 0.0F);
  return image;
}

// Add up what the chunks left, in order.
inline Vector sum_chunks(const float* parts, size_t stride) {
  Vector sum = {};
  for (int chunk = 0; chunk < kChunks; chunk++) sum += load(parts + chunk * stride);
  return sum;
}

}  // namespace native
