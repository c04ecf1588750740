// 2x2 max pooling of an image [side][side][channels], and backward.
#pragma once

#include <cstdint>

#include "vectors.hpp"

namespace native {

template <int Lanes>
struct Integers {
  typedef int32_t Signed __attribute__((vector_size(4 * Lanes)));
  typedef uint8_t Bytes __attribute__((vector_size(Lanes)));
};

template <int Lanes>
using Signed = typename Integers<Lanes>::Signed;
template <int Lanes>
using Bytes = typename Integers<Lanes>::Bytes;

// Keep the greatest of each 2x2 pixels of `image`, and which of the four it was (the first of equals): its
// index, 0 to 3. A NaN is the greatest, so that a diverged run shows.
inline void max_pool(const float* image, int side, int channels, float* out, uint8_t* argmax) {
  const int row = side * channels, corners[4] = {0, channels, row, row + channels};
  for (int y = 0; y < side; y += 2)
    for (int x = 0; x < row; x += 2 * channels, out += channels, argmax += channels)
      by_vectors(channels, [&](auto width, int c) {
        constexpr int kEach = width.kCount;
        const float* pixel = image + y * row + x + c;
        auto best = load<kEach>(pixel);
        Signed<kEach> which = {};
        for (int i = 1; i < 4; i++) {
          const auto value = load<kEach>(pixel + corners[i]);
          const Signed<kEach> better = ~(value <= best) & (best == best);
          best = better ? value : best;
          which = better ? Signed<kEach>{} + i : which;
        }
        store(out + c, best);
        const auto bytes = __builtin_convertvector(which, Bytes<kEach>);
        std::memcpy(argmax + c, &bytes, kEach);
      });
}

// Send each of `grad_output` [side / 2][side / 2][channels] back to the pixel that was the greatest, and zero
// to the other three; `row` floats lie between the rows of `grad_input`.
inline void max_pool_backward(const float* grad_output, const uint8_t* argmax, int side, int channels,
                              float* grad_input, int row) {
  const int corners[4] = {0, channels, row, row + channels};
  for (int y = 0; y < side; y += 2)
    for (int x = 0; x < side; x += 2, grad_output += channels, argmax += channels)
      by_vectors(channels, [&](auto width, int c) {
        constexpr int kEach = width.kCount;
        const auto grad = load<kEach>(grad_output + c);
        Bytes<kEach> bytes;
        std::memcpy(&bytes, argmax + c, kEach);
        const auto which = __builtin_convertvector(bytes, Signed<kEach>);
        for (int i = 0; i < 4; i++)
          store(grad_input + y * row + x * channels + c + corners[i], which == i ? grad : Vec<kEach>{});
      });
}

}  // namespace native
