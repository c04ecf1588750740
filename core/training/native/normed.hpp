// Activations behind a normalization, a band of pixels at a time, and their gradients.
#pragma once

#include <cmath>
#include <cstdint>

#include "pixel_rows.hpp"
#include "pooling.hpp"

#ifdef __AVX__
#include <immintrin.h>
#endif

extern "C" {

// `values` [images][pixels][channels], normalized. By statistics that were taken before: values * scale +
// shift, with a row of both an image, or one for every image where `stride` is 0. Or, where there is no
// `scale`, at each pixel by itself: (value - mean) / sqrt(variance + eps) * weight + bias, over its channels.
struct Normed {
  const native::Kept* values;
  const float* scale;
  const float* shift;
  int64_t stride;
  const float* weight;
  const float* bias;
  float eps;
  int32_t images;
  int32_t pixels;
  int32_t channels;
};

// Where the gradients go: of values; of scale and shift, [images][channels]; of weight and bias, [channels].
struct NormedGradient {
  native::Kept* values;
  float* scale;
  float* shift;
  float* weight;
  float* bias;
};

}  // extern "C"

namespace native {

// Pixels `first` to `first + count` of image `n`; `moments` [kBand][2] keeps the mean of each pixel and one
// over its deviation, where it is normalized by itself.
struct Band {
  int n, first, count;
  int64_t place(const Normed& normed) const {
    return (static_cast<int64_t>(n) * normed.pixels + first) * normed.channels;
  }
};

#if defined(__has_builtin) && __has_builtin(__builtin_shufflevector)
#define SHUFFLED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLED(a, b, ...) __builtin_shuffle(a, b, Signed<kLanes>{__VA_ARGS__})
#endif

// The sum of the 8 numbers of each of 8 vectors.
inline Vector sums_of_eight(const Vector* v) {
  Vector pairs[4], fours[2];
  for (int i = 0; i < 4; i++)
    pairs[i] = SHUFFLED(v[2 * i], v[2 * i + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
               SHUFFLED(v[2 * i], v[2 * i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  for (int i = 0; i < 2; i++)
    fours[i] = SHUFFLED(pairs[2 * i], pairs[2 * i + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
               SHUFFLED(pairs[2 * i], pairs[2 * i + 1], 2, 3, 10, 11, 6, 7, 14, 15);
  return SHUFFLED(fours[0], fours[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         SHUFFLED(fours[0], fours[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

// Write the mean over the channels of what `at(p, c)` gives for 8 pixels.
template <typename At>
inline void means_of_eight(int channels, At at, float* means) {
  Vector sums[kLanes] = {};
#pragma GCC unroll 8
  for (int p = 0; p < kLanes; p++)
    for (int c = 0; c < channels; c += kLanes) sums[p] += at(p, c);
  store(means, sums_of_eight(sums) * broadcast(1.0F / static_cast<float>(channels)));
}

inline Vector root(Vector value) {
#ifdef __AVX__
  return _mm256_sqrt_ps(value);
#else
  for (int lane = 0; lane < kLanes; lane++) value[lane] = std::sqrt(value[lane]);
  return value;
#endif
}

// Write a band normalized, [count][channels].
inline void normalize_band(const Normed& normed, const Band& band, float* out, float* moments) {
  const int channels = normed.channels;
  const Kept* values = normed.values + band.place(normed);
  if (normed.scale) {
    const float *scales = normed.scale + band.n * normed.stride,
                *shifts = normed.shift + band.n * normed.stride;
    by_vectors(channels, [&](auto width, int c) {
      constexpr int kEach = width.kCount;
      const auto scale = load<kEach>(scales + c), shift = load<kEach>(shifts + c);
      for (int at = c; at < band.count * channels; at += channels)
        store(out + at, load<kEach>(values + at) * scale + shift);
    });
    return;
  }
  for (int first = 0; first < band.count; first += kLanes) {
    // what is left of an odd number of pixels, is filled up with the last
    const auto place = [&](int p) { return std::min(first + p, band.count - 1) * channels; };
    float means[kLanes], variances[kLanes];
    means_of_eight(channels, [&](int p, int c) { return load(values + place(p) + c); }, means);
    means_of_eight(
        channels,
        [&](int p, int c) {
          const Vector apart = load(values + place(p) + c) - broadcast(means[p]);
          return apart * apart;
        },
        variances);
    store(variances, broadcast(1.0F) / root(load(variances) + broadcast(normed.eps)));
    for (int p = 0; p < kLanes && first + p < band.count; p++) {
      moments[2 * (first + p)] = means[p];
      moments[2 * (first + p) + 1] = variances[p];
      by_vectors(channels, [&](auto width, int c) {
        constexpr int kEach = width.kCount;
        const auto apart = load<kEach>(values + place(p) + c) - broadcast<kEach>(means[p]);
        store(out + place(p) + c, apart * broadcast<kEach>(variances[p]) * load<kEach>(normed.weight + c) +
                                      load<kEach>(normed.bias + c));
      });
    }
  }
}

// Where the gradients of a norm's two parameters are added up, [channels] each: of an image's scale and
// shift, or of a chunk's weight and bias.
struct AffineSums {
  float *factor, *term;
};

// Those of image `n`, zeroed where they are its own; `chunk` [2][channels] are those of a chunk of images.
inline AffineSums affine_sums(const Normed& normed, const NormedGradient& gradient, int n, float* chunk) {
  if (!normed.scale) return {chunk, chunk + normed.channels};
  const AffineSums sums{gradient.scale + n * normed.channels, gradient.shift + n * normed.channels};
  std::fill_n(sums.factor, normed.channels, 0.0F);
  std::fill_n(sums.term, normed.channels, 0.0F);
  return sums;
}

// Add up the chunks' in order, `stride` floats apart.
inline void reduce_affine_sums(const Normed& normed, const NormedGradient& gradient, const float* chunks,
                               size_t stride) {
  for (int c = 0; c < normed.channels && !normed.scale; c += kLanes) {
    store(gradient.weight + c, sum_chunks(chunks + c, stride));
    store(gradient.bias + c, sum_chunks(chunks + normed.channels + c, stride));
  }
}

// From the gradient of what `normalize_band` wrote, and the moments it kept, write that of the values and add
// to those of the parameters.
inline void normalize_band_backward(const Normed& normed, const Band& band, const float* moments,
                                    const float* grads, Kept* grad_values, const AffineSums& sums) {
  const int channels = normed.channels, size = band.count * channels;
  const Kept* values = normed.values + band.place(normed);
  grad_values += band.place(normed);
  by_vectors(channels, [&](auto width, int c) {
    constexpr int kEach = width.kCount;
    auto factor_sum = load<kEach>(sums.factor + c), term_sum = load<kEach>(sums.term + c);
    if (normed.scale) {
      const auto scale = load<kEach>(normed.scale + band.n * normed.stride + c);
      for (int at = c; at < size; at += channels) {
        const auto grad = load<kEach>(grads + at);
        factor_sum += grad * load<kEach>(values + at);
        term_sum += grad;
        store(grad_values + at, grad * scale);
      }
    } else {
      for (int p = 0, at = c; p < band.count; p++, at += channels) {
        const auto grad = load<kEach>(grads + at);
        const auto apart = load<kEach>(values + at) - broadcast<kEach>(moments[2 * p]);
        factor_sum += grad * apart * broadcast<kEach>(moments[2 * p + 1]);
        term_sum += grad;
      }
    }
    store(sums.factor + c, factor_sum);
    store(sums.term + c, term_sum);
  });
  if (normed.scale) return;
  for (int first = 0; first < band.count; first += kLanes) {
    const auto which = [&](int p) { return std::min(first + p, band.count - 1); };
    const auto grad_at = [&](auto width, int p, int c) {
      return load<width.kCount>(grads + which(p) * channels + c) * load<width.kCount>(normed.weight + c);
    };
    const auto apart_at = [&](auto width, int p, int c) {
      return load<width.kCount>(values + which(p) * channels + c) -
             broadcast<width.kCount>(moments[2 * which(p)]);
    };
    float grad_means[kLanes], along[kLanes];
    const Width<kLanes> eight{};
    means_of_eight(channels, [&](int p, int c) { return grad_at(eight, p, c); }, grad_means);
    means_of_eight(
        channels, [&](int p, int c) { return grad_at(eight, p, c) * apart_at(eight, p, c); }, along);
    for (int p = 0; p < kLanes && first + p < band.count; p++) {
      const float factor = moments[2 * (first + p) + 1], slope = along[p] * factor * factor;
      by_vectors(channels, [&](auto width, int c) {
        constexpr int kEach = width.kCount;
        store(grad_values + (first + p) * channels + c,
              (grad_at(width, p, c) - broadcast<kEach>(grad_means[p]) -
               apart_at(width, p, c) * broadcast<kEach>(slope)) *
                  broadcast<kEach>(factor));
      });
    }
  }
}

}  // namespace native
