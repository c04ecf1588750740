// 2x2 max pooling of an image [side][side][channels], and backward.
#pragma once

#include "activation.hpp"

namespace native {

// Keep the greatest of each 2x2 pixels of `image`, and which of the four it was (the first of equals): its
// index, 0 to 3. A NaN is the greatest, so that a diverged run shows.
inline void max_pool(const float* image, int side, int channels, float* out, uint8_t* argmax) {
  const int row = side * channels, corners[4] = {0, channels, row, row + channels};
  for (int y = 0; y < side; y += 2)
    for (int x = 0; x < row; x += 2 * channels)
      for (int c = 0; c < channels; c += kLanes, out += kLanes, argmax += kLanes) {
        const float* pixel = image + y * row + x + c;
        Vector best = load(pixel);
        Signed which = {};
        for (int i = 1; i < 4; i++) {
          const Vector value = load(pixel + corners[i]);
          const Signed better = ~(value <= best) & (best == best);
          best = better ? value : best;
          which = better ? Signed{} + i : which;
        }
        store(out, best);
        for (int lane = 0; lane < kLanes; lane++) argmax[lane] = static_cast<uint8_t>(which[lane]);
      }
}

// Send each of `grad_output` [side / 2][side / 2][channels] back to the pixel that was the greatest, and zero
// to the other three; `row` floats lie between the rows of `grad_input`.
inline void max_pool_backward(const float* grad_output, const uint8_t* argmax, int side, int channels,
                              float* grad_input, int row) {
  const int corners[4] = {0, channels, row, row + channels};
  for (int y = 0; y < side; y += 2)
    for (int x = 0; x < side; x += 2)
      for (int c = 0; c < channels; c += kLanes, grad_output += kLanes, argmax += kLanes) {
        const Vector grad = load(grad_output);
        Signed which;
        for (int lane = 0; lane < kLanes; lane++) which[lane] = argmax[lane];
        for (int i = 0; i < 4; i++)
          store(grad_input + y * row + x * channels + c + corners[i], which == i ? grad : Vector{});
      }
}

}  // namespace native
