// What layers that take an image band by band have in common.
#pragma once

#include "batch_chunks.hpp"
#include "normed.hpp"
#include "output_gradient.hpp"

namespace native {

// What a thread needs of memory, cut from one piece; each piece begins on a line of the cache.
class Room {
 public:
  Room(int slot, size_t floats) : next_(scratch(slot, floats)) {}
  float* take(size_t floats) {
    float* place = next_;
    next_ += floats;
    return place;
  }

 private:
  float* next_;
};

constexpr size_t kRows = static_cast<size_t>(kBand) * kRow;

template <typename Each>
inline void by_bands(int pixels, int n, Each each) {
  for (int first = 0; first < pixels; first += kBand) each(Band{n, first, std::min(kBand, pixels - first)});
}

// Call `each` with where two neighbouring pixels are, and whether there is a second: one is left of an odd
// number.
template <typename Each>
inline void by_pairs(int count, int channels, Each each) {
  for (int p = 0; p < count; p += 2)
    by_vectors(channels, [&](auto width, int c) { each(width, p, c, p + 1 < count); });
}

// Lay out rows for products with weights, unless `rows` is null, and for sums over rows, unless `columns` is;
// `at(p)` is where pixel `p` of the band lies.
template <typename At>
inline void lay_out_band(int count, int channels, At at, float* rows, float* columns) {
  for (int p = 0; p < count; p += 2) {
    const bool two = p + 1 < count;
    const auto *upper = at(p), *lower = two ? at(p + 1) : upper;
    by_vectors(channels, [=](auto width, int c) {
      constexpr int kEach = width.kCount;
      const auto first = load<kEach>(upper + c);
      const auto second = two ? load<kEach>(lower + c) : Vec<kEach>{};
      if (rows) put_row(rows, p, c, first);
      if (rows && two) put_row(rows, p + 1, c, second);
      if (columns) put_columns(columns, p, channels, c, first, second);
    });
  }
}

// Write the sums' part of the gradient of image `n`'s output into that of its values, `grads`; `out` are
// these.
inline void complete_gradient(const OutputGradient& gradient, const Kept* out, int n, int pixels,
                              int channels, Kept* grads) {
  if (!gradient.sums) return;
  const float* sums = gradient.sums + n * gradient.stride;
  by_vectors(channels, [&](auto width, int c) {
    constexpr int kEach = width.kCount;
    const auto sum = load<kEach>(sums + c), squares = 2 * load<kEach>(sums + channels + c);
    for (int at = c; at < pixels * channels; at += channels)
      store(grads + at, load<kEach>(grads + at) + sum + squares * load<kEach>(out + at));
  });
}

}  // namespace native
