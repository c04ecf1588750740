// The mean over all pixels of what stands behind a normalization, without an activation between them.

#include "bands.hpp"

using namespace native;

extern "C" {

// `out` [images][channels].
void normed_mean_forward(const Normed* normed, float* out, int32_t threads) {
  const int pixels = normed->pixels, channels = normed->channels;
#pragma omp parallel for schedule(dynamic) num_threads(std::min(threads, kChunks))
  for (int chunk = 0; chunk < kChunks; chunk++) {
    Room room(0, kBand * (channels + 2));
    float *rows = room.take(kBand * channels), *moments = room.take(2 * kBand);
    for (auto [n, end] = chunk_of(normed->images, chunk); n < end; n++) {
      float* mean = out + n * channels;
      std::fill_n(mean, channels, 0.0F);
      by_bands(pixels, n, [&](const Band& band) {
        normalize_band(*normed, band, rows, moments);
        by_vectors(channels, [&](auto width, int c) {
          auto sum = load<width.kCount>(mean + c);
          for (int p = 0; p < band.count; p++) sum += load<width.kCount>(rows + p * channels + c);
          store(mean + c, sum);
        });
      });
      for (int c = 0; c < channels; c++) mean[c] /= static_cast<float>(pixels);
    }
  }
}

void normed_mean_backward(const Normed* normed, const float* grad_mean, const NormedGradient* gradient,
                          int32_t threads) {
  const int pixels = normed->pixels, channels = normed->channels;
  float* parts = shared_scratch(1, static_cast<size_t>(kChunks) * 2 * channels);
#pragma omp parallel for schedule(dynamic) num_threads(std::min(threads, kChunks))
  for (int chunk = 0; chunk < kChunks; chunk++) {
    Room room(0, kBand * (2 * channels + 2));
    float *rows = room.take(kBand * channels), *grads = room.take(kBand * channels);
    float *moments = room.take(2 * kBand), *affine = parts + 2 * chunk * channels;
    std::fill_n(affine, 2 * channels, 0.0F);
    for (auto [n, end] = chunk_of(normed->images, chunk); n < end; n++) {
      const AffineSums sums = affine_sums(*normed, *gradient, n, affine);
      for (int at = 0; at < kBand * channels; at++)
        grads[at] = grad_mean[n * channels + at % channels] / static_cast<float>(pixels);
      by_bands(pixels, n, [&](const Band& band) {
        normalize_band(*normed, band, rows, moments);
        normalize_band_backward(*normed, band, moments, grads, gradient->values, sums);
      });
    }
  }
  reduce_affine_sums(*normed, *gradient, parts, 2 * channels);
}

}  // extern "C"
