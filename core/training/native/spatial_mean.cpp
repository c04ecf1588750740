// The mean over all pixels, of a whole batch, forward and back.

#include "affine_gradients.hpp"

using namespace native;

extern "C" {

// The mean of each channel over all pixels: `out` [images][channels].
void mean_forward(const Source* source, float* out, int32_t threads) {
  const int pixels = source->side * source->side, channels = source->channels;
#pragma omp parallel for schedule(dynamic) num_threads(std::min(threads, kChunks))
  for (int chunk = 0; chunk < kChunks; chunk++) {
    float* image = scratch(0, static_cast<size_t>(pixels) * channels);
    for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
      activate(*source, n, 0, image);
      for (int c = 0; c < channels; c += kLanes) {
        Vector sum = {};
        for (int p = 0; p < pixels; p++) sum += load(image + p * channels + c);
        store(out + n * channels + c, sum / static_cast<float>(pixels));
      }
    }
  }
}

void mean_backward(const Source* source, const float* gradient, const SourceGradient* to, int32_t threads) {
  const int pixels = source->side * source->side, channels = source->channels, size = pixels * channels;
  Floats gains(source->gain ? static_cast<size_t>(2 * kChunks) * size : 0);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* image = scratch(0, size);
      float* back = scratch(1, size);
      const SourceGradient part = part_of(*to, gains, size, chunk);
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, 0, image);
        for (int p = 0; p < pixels; p++)
          for (int c = 0; c < channels; c++) back[p * channels + c] = gradient[n * channels + c] / pixels;
        deactivate(*source, n, 0, image, back, part);
      }
    }
    if (source->gain) reduce_gain(gains.data(), size, *to);
  }
}

}  // extern "C"
