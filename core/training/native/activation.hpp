// What lies between two convolutions: normalize, ReLU, dropout; forward into a padded image, and backward.
#pragma once

#include <cstdint>

#include "convolution.hpp"

namespace native {

// Where a layer's input comes from. `values` [images][side][side][channels] as they are, where there is no
// `scale`; else dropout(ReLU(values * scale + shift)), with a row of both an image, or one for every image
// where `stride` is 0. Where there are a layer norm's elementwise `norm_weight` and `norm_bias`,
// [side][side][channels], ReLU sees (values * scale + shift) * norm_weight + norm_bias.
struct Source {
  const float* values;
  const float* scale;
  const float* shift;
  int64_t stride;
  const float* norm_weight;
  const float* norm_bias;
  uint64_t seed;
  int32_t dropped;  // of 256 activations
  int32_t images;
  int32_t side;
  int32_t channels;
};

// The gradients of a source's parts; those whose pointers are null are not wanted. `norm_weight` and
// `norm_bias` are sums over the images seen by the caller.
struct SourceGradient {
  float* values;
  float* scale;  // [images][channels]
  float* shift;
  float* norm_weight;
  float* norm_bias;
};

constexpr float kByte = 256.0F;

inline float dropout_scale(const Source& source) { return kByte / (kByte - source.dropped); }

typedef uint32_t Words __attribute__((vector_size(32)));
typedef int32_t Signed __attribute__((vector_size(32)));

// A hash of each counter: Chris Wellon's lowbias32 (nullprogram.com/blog/2018/07/31), bias 0.17.
inline Words hash(Words x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ x >> 16;
}

// Dropout on a row of `count` activations, a multiple of 32: zero a share of them and scale the others. The
// masks depend on seed and place alone, so that backward need not keep them.
inline void apply_dropout(const Source& source, uint32_t first, int count, float* row) {
  const uint32_t low = static_cast<uint32_t>(source.seed), high = static_cast<uint32_t>(source.seed >> 32);
  const Vector factor = broadcast(dropout_scale(source));
  const Words limit = Words{} + static_cast<uint32_t>(source.dropped);
  for (int at = 0; at < count; at += 4 * kLanes) {
    Words counter = Words{0, 1, 2, 3, 4, 5, 6, 7} + (first + at) / 4;
    Words random = hash(hash(counter ^ low) + high);
    for (int part = 0; part < 4; part++, random >>= 8) {
      float* to = row + at + part * kLanes;
      store(to, (random & 255U) >= limit ? load(to) * factor : Vector{});
    }
  }
}

// ReLU that keeps NaN, so that a diverged run shows.
inline Vector relu(Vector x) { return x < Vector{} ? Vector{} : x; }

// Write image `n` into the middle of `out`, whose padding of `padding` pixels is left as it is.
inline void activate(const Source& source, int n, int padding, float* out) {
  const int side = source.side, channels = source.channels, width = side * channels;
  const int out_row = (side + 2 * padding) * channels;
  const float* values = source.values + static_cast<int64_t>(n) * side * width;
  const float *scale = source.scale + n * source.stride, *shift = source.shift + n * source.stride;
  out += padding * (out_row + channels);
  for (int y = 0; y < side; y++, out += out_row) {
    const float* from = values + y * width;
    if (source.scale == nullptr) {
      std::memcpy(out, from, width * sizeof(float));
      continue;
    }
    for (int x = 0; x < width; x += channels)
      for (int c = 0; c < channels; c += kLanes) {
        Vector value = load(from + x + c) * load(scale + c) + load(shift + c);
        if (source.norm_weight != nullptr)
          value = value * load(source.norm_weight + y * width + x + c) +
                  load(source.norm_bias + y * width + x + c);
        store(out + x + c, relu(value));
      }
    if (source.dropped > 0) apply_dropout(source, (static_cast<uint32_t>(n) * side + y) * width, width, out);
  }
}

// From the gradient of image `n`'s activations, [side][side][channels], compute those of the source's parts.
// `active` is what `activate` wrote: where it is zero, nothing flows.
inline void activate_backward(const Source& source, int n, int padding, const float* active,
                              const float* grad_output, const SourceGradient& grad_source) {
  const int side = source.side, channels = source.channels, width = side * channels;
  const int active_row = (side + 2 * padding) * channels;
  const int64_t image = static_cast<int64_t>(n) * side * width;
  active += padding * (active_row + channels);
  if (source.scale == nullptr) {
    std::memcpy(grad_source.values + image, grad_output, side * width * sizeof(float));
    return;
  }
  const Vector factor = broadcast(dropout_scale(source));
  float *grad_scale = grad_source.scale + n * channels, *grad_shift = grad_source.shift + n * channels;
  std::fill_n(grad_scale, channels, 0.0F);
  std::fill_n(grad_shift, channels, 0.0F);
  const float *scales = source.scale + n * source.stride, *shifts = source.shift + n * source.stride;
  for (int y = 0; y < side; y++)
    for (int x = 0; x < width; x += channels)
      for (int c = 0; c < channels; c += kLanes) {
        const int at = y * width + x + c;
        const Vector value = load(source.values + image + at), scale = load(scales + c);
        Vector grad =
            load(active + y * active_row + x + c) > Vector{} ? load(grad_output + at) * factor : Vector{};
        if (source.norm_weight != nullptr) {
          store(grad_source.norm_weight + at,
                load(grad_source.norm_weight + at) + grad * (value * scale + load(shifts + c)));
          store(grad_source.norm_bias + at, load(grad_source.norm_bias + at) + grad);
          grad *= load(source.norm_weight + at);
        }
        store(grad_scale + c, load(grad_scale + c) + grad * value);
        store(grad_shift + c, load(grad_shift + c) + grad);
        store(grad_source.values + image + at, grad * scale);
      }
}

}  // namespace native
