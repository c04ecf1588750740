// What lies between two convolutions: normalize, ReLU, dropout; forward into a bordered image, and back.
#pragma once

#include <cstdint>

#include "convolution.hpp"

namespace native {

// Where a layer's input comes from. `values` [images][side][side][channels] as they are, where there is no
// `scale`; else dropout(ReLU(values * scale + shift)), with a row of both an image, or one for all where
// `stride` is 0. Where there is a `gain`, [side][side][channels] like `offset`, ReLU sees
// (values * scale + shift) * gain + offset.
struct Source {
  const float* values;
  const float* scale;
  const float* shift;
  int64_t stride;
  const float* gain;
  const float* offset;
  uint64_t seed;
  int32_t dropped;  // of 256 activations
  int32_t images;
  int32_t side;
  int32_t channels;
};

// The gradients that flow back into a source; null pointers are not wanted. `gain` and `offset` are sums over
// the images seen by the caller.
struct SourceGradient {
  float* values;
  float* scale;  // [images][channels]
  float* shift;
  float* gain;
  float* offset;
};

constexpr float kByte = 256.0F;

inline float survivors_factor(const Source& source) { return kByte / (kByte - source.dropped); }

typedef uint32_t Words __attribute__((vector_size(32)));
typedef int32_t Signed __attribute__((vector_size(32)));

// A hash of each counter: Chris Wellon's lowbias32 (nullprogram.com/blog/2018/07/31), bias 0.17.
inline Words hashed(Words x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ x >> 16;
}

// Zero a share of a row of `count` activations, a multiple of 32, and scale the others. The masks depend on
// seed and place alone, so that backward need not keep them.
inline void drop(const Source& source, uint32_t first, int count, float* row) {
  const uint32_t low = static_cast<uint32_t>(source.seed), high = static_cast<uint32_t>(source.seed >> 32);
  const Vector factor = all(survivors_factor(source));
  const Words limit = Words{} + static_cast<uint32_t>(source.dropped);
  for (int at = 0; at < count; at += 4 * kLanes) {
    Words counter = Words{0, 1, 2, 3, 4, 5, 6, 7} + (first + at) / 4;
    Words random = hashed(hashed(counter ^ low) + high);
    for (int part = 0; part < 4; part++, random >>= 8) {
      float* to = row + at + part * kLanes;
      store(to, (random & 255U) >= limit ? load(to) * factor : Vector{});
    }
  }
}

// ReLU that keeps NaN, so that a diverged run shows.
inline Vector rectified(Vector x) { return x < Vector{} ? Vector{} : x; }

// Write image `n` into the middle of `out`, whose border of `border` pixels is left as it is.
inline void activate(const Source& source, int n, int border, float* out) {
  const int side = source.side, channels = source.channels, width = side * channels;
  const int out_row = (side + 2 * border) * channels;
  const float* values = source.values + static_cast<int64_t>(n) * side * width;
  const float *scale = source.scale + n * source.stride, *shift = source.shift + n * source.stride;
  out += border * (out_row + channels);
  for (int y = 0; y < side; y++, out += out_row) {
    const float* from = values + y * width;
    if (source.scale == nullptr) {
      std::memcpy(out, from, width * sizeof(float));
      continue;
    }
    for (int x = 0; x < width; x += channels)
      for (int c = 0; c < channels; c += kLanes) {
        Vector value = load(from + x + c) * load(scale + c) + load(shift + c);
        if (source.gain != nullptr)
          value = value * load(source.gain + y * width + x + c) + load(source.offset + y * width + x + c);
        store(out + x + c, rectified(value));
      }
    if (source.dropped > 0) drop(source, (static_cast<uint32_t>(n) * side + y) * width, width, out);
  }
}

// Carry the gradient of image `n`'s activations, [side][side][channels], back to the source's parts.
// `active` is what `activate` wrote: where it is zero, nothing flows.
inline void deactivate(const Source& source, int n, int border, const float* active, const float* gradient,
                       const SourceGradient& to) {
  const int side = source.side, channels = source.channels, width = side * channels;
  const int active_row = (side + 2 * border) * channels;
  const int64_t image = static_cast<int64_t>(n) * side * width;
  active += border * (active_row + channels);
  if (source.scale == nullptr) {
    std::memcpy(to.values + image, gradient, side * width * sizeof(float));
    return;
  }
  const Vector factor = all(survivors_factor(source));
  float *scale_sums = to.scale + n * channels, *shift_sums = to.shift + n * channels;
  std::fill_n(scale_sums, channels, 0.0F);
  std::fill_n(shift_sums, channels, 0.0F);
  const float *scales = source.scale + n * source.stride, *shifts = source.shift + n * source.stride;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < width; x += channels)
      for (int c = 0; c < channels; c += kLanes) {
        const int at = y * width + x + c;
        const Vector value = load(source.values + image + at), scale = load(scales + c);
        Vector slope =
            load(active + y * active_row + x + c) > Vector{} ? load(gradient + at) * factor : Vector{};
        if (source.gain != nullptr) {
          store(to.gain + at, load(to.gain + at) + slope * (value * scale + load(shifts + c)));
          store(to.offset + at, load(to.offset + at) + slope);
          slope *= load(source.gain + at);
        }
        store(scale_sums + c, load(scale_sums + c) + slope * value);
        store(shift_sums + c, load(shift_sums + c) + slope);
        store(to.values + image + at, slope * scale);
      }
}

}  // namespace native
