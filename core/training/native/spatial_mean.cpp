// The mean over all pixels, of a whole batch, forward and backward.

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
        for (int first = 0; first < pixels; first += kSummedPixels) {
          Vector part = {};
          for (int p = first; p < std::min(pixels, first + kSummedPixels); p++)
            part += load(image + p * channels + c);
          sum += part;
        }
        store(out + n * channels + c, sum / static_cast<float>(pixels));
      }
    }
  }
}

void mean_backward(const Source* source, const float* grad_output, const SourceGradient* grad_source,
                   int32_t threads) {
  const int pixels = source->side * source->side, channels = source->channels, size = pixels * channels;
  float* affine_parts = affine_scratch(*source, size);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* image = scratch(0, size);
      float* grad_image = scratch(1, size);
      const SourceGradient part = part_of(*grad_source, affine_parts, size, chunk);
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, 0, image);
        for (int p = 0; p < pixels; p++)
          for (int c = 0; c < channels; c++)
            grad_image[p * channels + c] = grad_output[n * channels + c] / pixels;
        activate_backward(*source, n, 0, image, grad_image, {}, part);
      }
    }
    if (source->norm_weight) reduce_affine(affine_parts, size, *grad_source);
  }
}

}  // extern "C"
