// What lies between two convolutions: normalize, ReLU, dropout; forward into a padded image, and backward.
#pragma once

#include <cstdint>

#include "halves.hpp"

namespace native {

// Where a layer's input comes from. `values` [images][side][side][channels], floats or, where `kept`, as
// activations are kept between layers; as they are, where there is no `scale`; else dropout(ReLU(values *
// scale + shift)), with a row of both an image, or one for every image where `stride` is 0. Where there are a
// layer norm's elementwise `norm_weight` and `norm_bias`, [side][side][channels], ReLU sees (values * scale +
// shift) * norm_weight + norm_bias.
struct Source {
  const void* values;
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
  int32_t kept;
};

// The gradients of a source's parts, of their types; those whose pointers are null are not wanted.
// `norm_weight` and `norm_bias` are sums over the images seen by the caller.
struct SourceGradient {
  void* values;
  float* scale;  // [images][channels]
  float* shift;
  float* norm_weight;
  float* norm_bias;
};

constexpr float kByte = 256.0F;

inline float dropout_scale(const Source& source) { return kByte / (kByte - source.dropped); }

typedef uint32_t Counters __attribute__((vector_size(32)));

// A hash of each counter: Chris Wellon's lowbias32 (nullprogram.com/blog/2018/07/31), bias 0.17.
inline Counters hash(Counters x) {
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
  const Counters limit = Counters{} + static_cast<uint32_t>(source.dropped);
  for (int at = 0; at < count; at += 4 * kLanes) {
    Counters counter = Counters{0, 1, 2, 3, 4, 5, 6, 7} + (first + at) / 4;
    Counters random = hash(hash(counter ^ low) + high);
    for (int part = 0; part < 4; part++, random >>= 8) {
      float* to = row + at + part * kLanes;
      store(to, (random & 255U) >= limit ? load(to) * factor : Vector{});
    }
  }
}

// ReLU that keeps NaN, so that a diverged run shows.
template <typename Value>
inline Value relu(Value x) {
  return x < Value{} ? Value{} : x;
}

// Where image `n` begins among `Value`s.
template <typename Value>
inline Value* image_at(Value* values, const Source& source, int n) {
  return values + static_cast<int64_t>(n) * source.side * source.side * source.channels;
}

template <typename Kind>
inline void activate_values(const Source& source, const Kind* values, int n, int padding, float* out) {
  const int side = source.side, channels = source.channels, width = side * channels;
  const int out_row = (side + 2 * padding) * channels;
  values = image_at(values, source, n);
  out += padding * (out_row + channels);
  if (source.scale == nullptr) {
    for (int y = 0; y < side; y++) copy(values + y * width, width, out + y * out_row);
    return;
  }
  with_run(side, channels, [&](auto run) {
    typedef decltype(run) Run;
    typename Run::Value scale[Run::kCount], shift[Run::kCount];
#pragma GCC unroll 8
    for (int v = 0; v < Run::kCount; v++) {
      scale[v] = Run::same(source.scale + n * source.stride, v);
      shift[v] = Run::same(source.shift + n * source.stride, v);
    }
    for (int y = 0; y < side; y++) {
      const Kind* from = values + y * width;
      float* to = out + y * out_row;
      for (int x = 0; x < width; x += Run::kFloats)
#pragma GCC unroll 8
        for (int v = 0; v < Run::kCount; v++) {
          const int at = x + v * Run::kLanesEach;
          auto value = load<Run::kLanesEach>(from + at) * scale[v] + shift[v];
          if (source.norm_weight != nullptr)
            value = value * load<Run::kLanesEach>(source.norm_weight + y * width + at) +
                    load<Run::kLanesEach>(source.norm_bias + y * width + at);
          store(to + at, relu(value));
        }
      if (source.dropped > 0) apply_dropout(source, (static_cast<uint32_t>(n) * side + y) * width, width, to);
    }
  });
}

// Write image `n` into the middle of `out`, whose padding of `padding` pixels is left as it is.
inline void activate(const Source& source, int n, int padding, float* out) {
  if (source.kept) return activate_values(source, static_cast<const Kept*>(source.values), n, padding, out);
  activate_values(source, static_cast<const float*>(source.values), n, padding, out);
}

// Rows of an image's size that are added to something, `row` floats from row to row; or none.
struct Rows {
  const float* first;
  int row;
};

template <typename Kind>
inline void activate_values_backward(const Source& source, const Kind* values, int n, int padding,
                                     const float* active, const float* grad_output, Rows residual,
                                     Kind* grad_values, const SourceGradient& grad_source) {
  const int side = source.side, channels = source.channels, width = side * channels;
  const int active_row = (side + 2 * padding) * channels;
  values = image_at(values, source, n);
  grad_values = image_at(grad_values, source, n);
  active += padding * (active_row + channels);
  const auto keep = [&](int y, int place, auto grad) __attribute__((always_inline)) {
    constexpr int kEach = sizeof(grad) / sizeof(float);
    if (residual.first != nullptr) grad += load<kEach>(residual.first + y * residual.row + place);
    store(grad_values + y * width + place, grad);
  };
  if (source.scale == nullptr) {
    for (int y = 0; y < side; y++)
      by_vectors(width,
                 [&](auto lanes, int x) { keep(y, x, load<lanes.kCount>(grad_output + y * width + x)); });
    return;
  }
  with_run(side, channels, [&](auto run) {
    typedef decltype(run) Run;
    typedef typename Run::Value Value;
    constexpr int kEach = Run::kLanesEach;
    const auto factor = broadcast<kEach>(dropout_scale(source));
    Value scale[Run::kCount], shift[Run::kCount], all_scale[Run::kCount] = {}, all_shift[Run::kCount] = {};
#pragma GCC unroll 8
    for (int v = 0; v < Run::kCount; v++) {
      scale[v] = Run::same(source.scale + n * source.stride, v);
      shift[v] = Run::same(source.shift + n * source.stride, v);
    }
    for (int first = 0, rows = std::max(1, kSummedPixels / side); first < side; first += rows) {
      Value grad_scale[Run::kCount] = {}, grad_shift[Run::kCount] = {};
      for (int y = first; y < std::min(side, first + rows); y++)
        for (int x = 0; x < width; x += Run::kFloats)
#pragma GCC unroll 8
          for (int v = 0; v < Run::kCount; v++) {
            const int place = x + v * kEach, at = y * width + place;
            const Value value = load<kEach>(values + at);
            Value grad = load<kEach>(active + y * active_row + place) > Value{}
                             ? load<kEach>(grad_output + at) * factor
                             : Value{};
            if (source.norm_weight != nullptr) {
              store(grad_source.norm_weight + at,
                    load<kEach>(grad_source.norm_weight + at) + grad * (value * scale[v] + shift[v]));
              store(grad_source.norm_bias + at, load<kEach>(grad_source.norm_bias + at) + grad);
              grad *= load<kEach>(source.norm_weight + at);
            }
            grad_scale[v] += grad * value;
            grad_shift[v] += grad;
            keep(y, place, grad * scale[v]);
          }
#pragma GCC unroll 8
      for (int v = 0; v < Run::kCount; v++) all_scale[v] += grad_scale[v], all_shift[v] += grad_shift[v];
    }
#pragma GCC unroll 8
    for (int v = 0; v < Run::kCount; v++) {
      Run::store_sum(grad_source.scale + n * channels, v, all_scale[v]);
      Run::store_sum(grad_source.shift + n * channels, v, all_shift[v]);
    }
  });
}

// From the gradient of image `n`'s activations, [side][side][channels], compute those of the source's parts;
// its values' have `residual` added. `active` is what `activate` wrote: where it is zero, nothing flows.
inline void activate_backward(const Source& source, int n, int padding, const float* active,
                              const float* grad_output, Rows residual, const SourceGradient& grad_source) {
  const auto backward = [&](auto kind) {
    typedef decltype(kind) Kind;
    activate_values_backward(source, static_cast<const Kind*>(source.values), n, padding, active, grad_output,
                             residual, static_cast<Kind*>(grad_source.values), grad_source);
  };
  source.kept ? backward(Kept{}) : backward(float{});
}

}  // namespace native
