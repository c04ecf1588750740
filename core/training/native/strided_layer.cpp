// A 2x2 convolution of stride 2, which halves an image: each output sees four pixels that no other sees, two
// and two of which lie side by side in memory. A batch in one pass over its memory, and backward.

#include "bands.hpp"
#include "channel_sums.hpp"
#include "struct_sizes.hpp"

using namespace native;

extern "C" {

// From `values` [images][side][side][inputs] by `weight` [outputs][2][2][inputs] to half the side.
struct Strided {
  const native::Kept* values;
  const float* weight;
  int32_t images;
  int32_t side;
  int32_t inputs;
  int32_t outputs;
};

}  // extern "C"

EXPORT_SIZE(Strided)

namespace {

int across(const Strided& layer) { return layer.side / 2; }
int pixels_of(const Strided& layer) { return across(layer) * across(layer); }

// Where the upper (`line` 0) or lower two pixels that output `p` of an image sees begin.
int two_at(const Strided& layer, int p, int line) {
  return ((2 * (p / across(layer)) + line) * layer.side + 2 * (p % across(layer))) * layer.inputs;
}

// Floats of the weights of one line, packed.
size_t line_floats(const Strided& layer) { return 2 * static_cast<size_t>(layer.inputs) * layer.outputs; }

}  // namespace

extern "C" {

// Whether there are loops for so many channels.
int32_t supports_strided(int32_t inputs, int32_t outputs) {
  return inputs % kLanes == 0 && outputs % kLanes == 0 && 2 * inputs <= kRow && outputs <= kRow;
}

// Write `out` [images][side / 2][side / 2][outputs] and `sums` [images][2][outputs]: each channel's sum and
// sum of squares.
void strided_forward(const Strided* layer, Kept* out, float* sums, int32_t threads) {
  const int pixels = pixels_of(*layer), two = 2 * layer->inputs, outputs = layer->outputs;
  const size_t image_floats = static_cast<size_t>(layer->side) * layer->side * layer->inputs;
  float* packed = shared_scratch(0, 2 * line_floats(*layer));
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    Room room(0, kRows + kBand * outputs);
    float *rows = room.take(kRows), *products = room.take(kBand * outputs);
    for (int line = 0; line < 2; line++)
      pack_blocks(
          two, outputs, [&](int i, int o) { return layer->weight[(2 * o + line) * two + i]; },
          packed + line * line_floats(*layer));
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++)
      for (auto [n, end] = chunk_of(layer->images, chunk); n < end; n++) {
        const Kept* image = layer->values + n * image_floats;
        Kept* to = out + static_cast<size_t>(n) * pixels * outputs;
        by_bands(pixels, n, [&](const Band& band) {
          for (int line = 0; line < 2; line++) {
            const auto at = [&](int p) { return image + two_at(*layer, band.first + p, line); };
            lay_out_band(band.count, two, at, rows, nullptr);
            multiply_band(rows, band.count, two, packed + line * line_floats(*layer), products, outputs,
                          line > 0);
          }
          copy(products, band.count * outputs, to + band.first * outputs);
        });
        channel_sums(to, pixels, outputs, sums + 2 * n * outputs);
      }
  }
}

// `out` is what was written forward. Where its sums have a gradient, that is added to the one of its values,
// in `grad_values`. Writes the gradients of the layer's own values and of its weight.
void strided_backward(const Strided* layer, const Kept* out, const OutputGradient* grad_out,
                      Kept* grad_values, Kept* grad_source, float* grad_weight, int32_t threads) {
  const int pixels = pixels_of(*layer), two = 2 * layer->inputs, outputs = layer->outputs;
  const size_t image_floats = static_cast<size_t>(layer->side) * layer->side * layer->inputs;
  const size_t line = line_floats(*layer);
  float *rotated = shared_scratch(0, 2 * line), *parts = shared_scratch(1, kChunks * 2 * line);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    Room room(0, kRows + kBand * (outputs + 2 * two));
    float *rows = room.take(kRows), *grad_columns = room.take(kBand * outputs);
    float *columns = room.take(kBand * two), *products = room.take(kBand * two);
    for (int l = 0; l < 2; l++)
      pack_blocks(
          outputs, two, [&](int o, int i) { return layer->weight[(2 * o + l) * two + i]; },
          rotated + l * line);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* part = parts + chunk * 2 * line;
      bool fresh = true;
      if (chunk_of(layer->images, chunk).first == chunk_of(layer->images, chunk).end)
        std::fill_n(part, 2 * line, 0.0F);
      for (auto [n, end] = chunk_of(layer->images, chunk); n < end; n++) {
        const Kept* image = layer->values + n * image_floats;
        Kept* to = grad_source + n * image_floats;
        Kept* grads = grad_values + static_cast<size_t>(n) * pixels * outputs;
        complete_gradient(*grad_out, out + static_cast<size_t>(n) * pixels * outputs, n, pixels, outputs,
                          grads);
        by_bands(pixels, n, [&](const Band& band) {
          const auto grad_at = [&](int p) { return grads + (band.first + p) * outputs; };
          lay_out_band(band.count, outputs, grad_at, rows, grad_columns);
          for (int l = 0; l < 2; l++) {
            const auto at = [&](int p) { return two_at(*layer, band.first + p, l); };
            lay_out_band(band.count, two, [&](int p) { return image + at(p); }, nullptr, columns);
            correlate_band(columns, two, grad_columns, outputs, band.count, part + l * line, fresh);
            multiply_band(rows, band.count, outputs, rotated + l * line, products, two);
            for (int p = 0; p < band.count; p++) copy(products + p * two, two, to + at(p));
          }
          fresh = false;
        });
      }
    }
#pragma omp for schedule(static)
    for (int i = 0; i < 2 * two; i++)
      for (int o = 0; o < outputs; o += kLanes) {
        const Vector sum = sum_chunks(parts + static_cast<size_t>(i) * outputs + o, 2 * line);
        for (int lane = 0; lane < kLanes; lane++) grad_weight[(o + lane) * 2 * two + i] = sum[lane];
      }
  }
}

}  // extern "C"
