// 3x3 convolutions in which every channel has a kernel of its own, and their weight gradients.
#pragma once

#include "convolution.hpp"

namespace native {

constexpr int kCells = 9;

// Convolve a padded image [side + 2][side + 2][channels] with `weight` [3][3][channels] into `out`
// [side][side][channels]; `rotated` with each kernel rotated by 180 degrees, for the gradient of the input.
inline void convolve_depthwise(const float* image, int side, int channels, const float* weight, bool rotated,
                               float* out) {
  const int row = (side + 2) * channels;
  by_vectors(channels, [&](auto width, int c) {
    constexpr int kEach = width.kCount;
    Vec<kEach> w[kCells];
    for (int k = 0; k < kCells; k++)
      w[k] = load<kEach>(weight + (rotated ? kCells - 1 - k : k) * channels + c);
    for (int y = 0; y < side; y++) {
      const float* pixel = image + y * row + c;
      float* to = out + y * side * channels + c;
      for (int x = 0; x < side; x++, pixel += channels, to += channels) {
        Vec<kEach> lines[3];  // three short chains of additions instead of one long one
        for (int i = 0; i < 3; i++) {
          const float* line = pixel + i * row;
          lines[i] = load<kEach>(line) * w[3 * i] + load<kEach>(line + channels) * w[3 * i + 1] +
                     load<kEach>(line + 2 * channels) * w[3 * i + 2];
        }
        store(to, lines[0] + lines[1] + lines[2]);
      }
    }
  });
}

// Add to `sum` [3][3][channels] the products of a padded image with the gradient of its convolution, which is
// padded too.
inline void correlate_depthwise(const float* image, const float* grad_output, int side, int channels,
                                float* sum) {
  const int row = (side + 2) * channels;
  by_vectors(channels, [&](auto width, int c) {
    constexpr int kEach = width.kCount;
    Vec<kEach> sums[kCells];
    for (int k = 0; k < kCells; k++) sums[k] = load<kEach>(sum + k * channels + c);
    for (int y = 0; y < side; y++) {
      const float* pixel = image + y * row + c;
      const float* grad = grad_output + (y + 1) * row + channels + c;
      for (int x = 0; x < side; x++, pixel += channels, grad += channels) {
        const auto d = load<kEach>(grad);
        for (int k = 0; k < kCells; k++) sums[k] += load<kEach>(pixel + k / 3 * row + k % 3 * channels) * d;
      }
    }
    for (int k = 0; k < kCells; k++) store(sum + k * channels + c, sums[k]);
  });
}

}  // namespace native
