// What a normalization to come wants to know of an image.
#pragma once

#include "halves.hpp"

namespace native {

// Write each channel's sum and sum of squares over `pixels` [pixels][channels]: `sums` [2][channels].
inline void channel_sums(const Kept* values, int pixels, int channels, float* sums) {
  by_vectors(channels, [&](auto width, int c) {
    constexpr int kEach = width.kCount;
    Vec<kEach> sum = {}, squares = {};
    const Kept* value = values + c;
    for (int p = 0; p < pixels; p++, value += channels) {
      const auto now = load<kEach>(value);
      sum += now;
      squares += now * now;
    }
    store(sums + c, sum);
    store(sums + channels + c, squares);
  });
}

}  // namespace native
