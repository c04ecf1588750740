// What a normalization makes of a convolution's sums: a scale and a shift for each channel; in double
// precision.
//
// Normalized is (value - mean) / sqrt(variance + eps) * weight + bias, so value * scale + shift with
// scale = weight / sqrt(variance + eps) and shift = bias - mean * scale.

#include <cmath>
#include <cstdint>
#include <vector>

#include "struct_sizes.hpp"

extern "C" {

// Statistics are taken over `groups` groups of neighbouring channels: of each image by itself, or, where
// `whole_batch`, of all images together. `pixels` are those of an image. Without a `weight` there is no bias
// either: the one is 1 and the other 0. Where there is a `running_mean`, [channels], it and the variance
// beside it move towards the batch's by the share `momentum`; the variance is the unbiased one.
struct Normalization {
  const float* weight;
  const float* bias;
  float* running_mean;
  float* running_var;
  double momentum;
  double eps;
  int32_t images;
  int32_t channels;
  int32_t groups;
  int32_t pixels;
  int32_t whole_batch;
};

}  // extern "C"

EXPORT_SIZE(Normalization)

namespace {

int rows_of(const Normalization& norm) { return norm.whole_batch ? 1 : norm.images; }

double values_of(const Normalization& norm) {
  const double values = static_cast<double>(norm.channels / norm.groups) * norm.pixels;
  return norm.whole_batch ? values * norm.images : values;
}

// Add up a row of `size` floats for each image into `rows` rows.
std::vector<double> reduced(const Normalization& norm, const float* floats, int size) {
  std::vector<double> sums(static_cast<size_t>(rows_of(norm)) * size);
  for (int n = 0; n < norm.images; n++)
    for (int i = 0; i < size; i++) sums[(norm.whole_batch ? 0 : n) * size + i] += floats[n * size + i];
  return sums;
}

void update_running(const Normalization& norm, int channel, double mean, double variance) {
  const double unbiased = variance * values_of(norm) / (values_of(norm) - 1);
  float &running_mean = norm.running_mean[channel], &running_var = norm.running_var[channel];
  running_mean += static_cast<float>(norm.momentum * (mean - running_mean));
  running_var += static_cast<float>(norm.momentum * (unbiased - running_var));
}

}  // namespace

extern "C" {

// `sums` [images][2][channels] are each channel's sum and sum of squares. Writes a row an image, or one for
// the whole batch: `statistics` [row][2][groups], mean and variance; `scale` and `shift` [row][channels].
void normalization_forward(const Normalization* norm, const float* sums, double* statistics, float* scale,
                           float* shift) {
  const int channels = norm->channels, groups = norm->groups, size = channels / groups;
  const std::vector<double> all = reduced(*norm, sums, 2 * channels);
  for (int row = 0; row < rows_of(*norm); row++)
    for (int g = 0; g < groups; g++) {
      double mean = 0, square = 0;
      for (int c = g * size; c < (g + 1) * size; c++) {
        mean += all[2 * row * channels + c];
        square += all[(2 * row + 1) * channels + c];
      }
      mean /= values_of(*norm);
      const double difference = square / values_of(*norm) - mean * mean;
      const double variance = difference < 0 ? 0 : difference;  // NaN stays
      if (norm->running_mean) update_running(*norm, g, mean, variance);
      statistics[2 * row * groups + g] = mean;
      statistics[(2 * row + 1) * groups + g] = variance;
      for (int c = g * size; c < (g + 1) * size; c++) {
        const double factor = (norm->weight ? norm->weight[c] : 1) / std::sqrt(variance + norm->eps);
        scale[row * channels + c] = static_cast<float>(factor);
        shift[row * channels + c] = static_cast<float>((norm->bias ? norm->bias[c] : 0) - mean * factor);
      }
    }
}

// From the gradients of scale and shift, [images][channels], to those of the sums, [row][2][channels], and of
// weight and bias, [channels], where there are any.
void normalization_backward(const Normalization* norm, const double* statistics, const float* grad_scale,
                            const float* grad_shift, float* grad_sums, float* grad_weight, float* grad_bias) {
  const int channels = norm->channels, groups = norm->groups, size = channels / groups;
  const std::vector<double> grad_scales = reduced(*norm, grad_scale, channels);
  const std::vector<double> grad_shifts = reduced(*norm, grad_shift, channels);
  std::vector<double> grad_weights(channels), grad_biases(channels);
  for (int row = 0; row < rows_of(*norm); row++)
    for (int g = 0; g < groups; g++) {
      const double mean = statistics[2 * row * groups + g];
      const double rstd = 1 / std::sqrt(statistics[(2 * row + 1) * groups + g] + norm->eps);
      double grad_rstd = 0, grad_mean = 0;
      for (int c = g * size; c < (g + 1) * size; c++) {
        const double weight = norm->weight ? norm->weight[c] : 1;
        const double shift = grad_shifts[row * channels + c],
                     scale = grad_scales[row * channels + c] - shift * mean;
        grad_weights[c] += scale * rstd;
        grad_biases[c] += shift;
        grad_rstd += scale * weight;
        grad_mean -= shift * weight * rstd;
      }
      const double grad_square = -0.5 * rstd * rstd * rstd * grad_rstd / values_of(*norm);
      const double grad_sum = grad_mean / values_of(*norm) - 2 * mean * grad_square;
      for (int c = g * size; c < (g + 1) * size; c++) {
        grad_sums[2 * row * channels + c] = static_cast<float>(grad_sum);
        grad_sums[(2 * row + 1) * channels + c] = static_cast<float>(grad_square);
      }
    }
  if (!norm->weight) return;
  for (int c = 0; c < channels; c++) {
    grad_weight[c] = static_cast<float>(grad_weights[c]);
    grad_bias[c] = static_cast<float>(grad_biases[c]);
  }
}

}  // extern "C"
