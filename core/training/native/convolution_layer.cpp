// The convolution a Python program calls: a whole batch forward or back in one pass over its memory, with all
// that goes before it (normalization, ReLU, dropout, a depthwise convolution) and behind it (a skip
// connection, a pool, the sums the next normalization wants).

#include "affine_gradients.hpp"
#include "batch_chunks.hpp"
#include "convolution_plan.hpp"
#include "depthwise.hpp"
#include "pooling.hpp"
#include "struct_sizes.hpp"

using namespace native;

namespace {

// Sum and sum of squares of each channel of an image, row by row.
void sum_up(const float* image, int side, int channels, float* sums) {
  const int width = side * channels;
  std::fill_n(sums, 2 * channels, 0.0F);
  for (int y = 0; y < side; y++, image += width)
    for (int c = 0; c < channels; c += kLanes) {
      Vector sum = load(sums + c), squares = load(sums + channels + c);
      for (int x = c; x < width; x += channels) {
        const Vector value = load(image + x);
        sum += value;
        squares += value * value;
      }
      store(sums + c, sum);
      store(sums + channels + c, squares);
    }
}

// Add rows of `width` floats, `stride` floats apart, to an image.
void add(const float* rows, int side, int width, int stride, float* image) {
  for (int y = 0; y < side; y++, rows += stride, image += width)
    for (int at = 0; at < width; at += kLanes) store(image + at, load(image + at) + load(rows + at));
}

}  // namespace

extern "C" {

// `weight` [outputs][kernel][kernel][inputs]. Where there is a `depthwise` [3][3][inputs], each channel is
// convolved with its own 3x3 kernel first, and `kernel` is 1.
struct Weights {
  const float* weight;
  const float* depthwise;
  int32_t outputs;
  int32_t kernel;
};

// The gradients of both, which lie as they do; `depthwise` is null where there is none.
struct WeightsGradient {
  float* weight;
  float* depthwise;
};

// What a convolution gives and what is known of it: `values` [images][side][side][outputs]; where there is a
// `winner`, half the side, after a 2x2 max pool; where it is a `residual`, with the source's values added,
// which have the same shape. `sums`, where wanted, [images][2][outputs]: each channel's sum and sum of
// squares.
struct Output {
  float* values;
  float* sums;
  uint8_t* winner;
  int32_t residual;
};

// The gradient of an output: of its values as a plain input of what follows, and, where those were taken, of
// its sums, a row an image or one for all (`stride` 0).
struct OutputGradient {
  const float* values;
  const float* sums;
  int64_t stride;
};

}  // extern "C"

EXPORT_SIZE(Source)
EXPORT_SIZE(SourceGradient)
EXPORT_SIZE(Weights)
EXPORT_SIZE(WeightsGradient)
EXPORT_SIZE(Output)
EXPORT_SIZE(OutputGradient)

namespace {

Plan plan_of(const Source& source, const Weights& weights) {
  return {source.side, weights.kernel, source.channels, weights.outputs};
}

// How far the convolution of a source looks beyond its edge.
int border_of(const Plan& plan, const Weights& weights) { return weights.depthwise ? 1 : plan.border(); }

TileRoom tile_room(const Plan& plan) { return {scratch(3, plan.room()), scratch(4, plan.room())}; }

// Sort depthwise weights [channels][3][3] into [3][3][channels].
Floats sorted_depthwise(const Weights& weights, int channels) {
  Floats sorted(weights.depthwise ? kCells * channels : 0);
  for (size_t at = 0; at < sorted.size(); at++)
    sorted[at] = weights.depthwise[at % channels * kCells + at / channels];
  return sorted;
}

}  // namespace

extern "C" {

int32_t knows(int32_t channels) { return known(channels); }

void convolution_forward(const Source* source, const Weights* weights, const Output* out, int32_t threads) {
  const Plan plan = plan_of(*source, *weights);
  const int side = plan.side, inputs = plan.inputs, outputs = plan.outputs, size = side * side * outputs;
  const Floats depthwise = sorted_depthwise(*weights, inputs);
  Floats packed(plan.weights());
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    float* image = bordered_scratch(0, side, border_of(plan, *weights), inputs);
    float* middle = weights->depthwise ? scratch(1, side * side * inputs) : image;
    float* whole = out->winner ? scratch(2, size) : nullptr;
    const TileRoom room = tile_room(plan);
    plan.pack_forward(weights->weight, packed.data());
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++)
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, border_of(plan, *weights), image);
        if (weights->depthwise) convolve_depthwise(image, side, inputs, depthwise.data(), false, middle);
        const int64_t first = static_cast<int64_t>(n) * (whole ? size / 4 : size);
        float* values = out->values + first;
        plan.forward(middle, packed.data(), whole ? whole : values, room);
        if (out->residual) add(source->values + first, side, side * outputs, side * outputs, values);
        if (whole) pool(whole, side, outputs, values, out->winner + first);
        if (out->sums) sum_up(values, whole ? side / 2 : side, outputs, out->sums + n * 2 * outputs);
      }
  }
}

}  // extern "C"

namespace {

// Write the gradient of image `n`'s output, that of its sums included, [side][side][outputs] with `row`
// floats from row to row.
void gather(const Output& out, const OutputGradient& gradient, int n, int side, int outputs, float* to,
            int row) {
  const int width = side * outputs;
  const int64_t image = static_cast<int64_t>(n) * side * width;
  const float* sums = gradient.sums ? gradient.sums + n * gradient.stride : nullptr;
  for (int y = 0; y < side; y++, to += row) {
    const float* slopes = gradient.values + image + y * width;
    if (!sums) {
      std::memcpy(to, slopes, width * sizeof(float));
      continue;
    }
    const float* values = out.values + image + y * width;
    for (int x = 0; x < width; x += outputs)
      for (int c = 0; c < outputs; c += kLanes) {
        const Vector squares = load(sums + outputs + c) * 2;
        store(to + x + c, load(slopes + x + c) + load(sums + c) + squares * load(values + x + c));
      }
  }
}

// Write the gradient of image `n`'s convolution into the middle of `to`, before it was pooled; `half` has
// room for what was behind the pool.
void gather_whole(const Output& out, const OutputGradient& gradient, int n, const Plan& plan, float* half,
                  float* to) {
  const int side = plan.side, outputs = plan.outputs, border = plan.border();
  const int row = (side + 2 * border) * outputs;
  to += border * (row + outputs);
  if (!out.winner) return gather(out, gradient, n, side, outputs, to, row);
  const int size = side * side / 4 * outputs;
  gather(out, gradient, n, side / 2, outputs, half, side / 2 * outputs);
  unpool(half, out.winner + static_cast<int64_t>(n) * size, side, outputs, to, row);
}

// Add up the chunks' parts, in order, into weights [outputs][kernel][kernel][inputs].
void reduce_weight(const Plan& plan, const float* parts, float* weight) {
  const int cells = plan.kernel * plan.kernel, inputs = plan.inputs, outputs = plan.outputs;
#pragma omp for schedule(static)
  for (int i = 0; i < inputs; i++)
    for (int o = 0; o < outputs; o += kLanes) {
      Vector sums[kCells];
      const auto at = [&](int place) {
        return total(parts + (place * inputs + i) * outputs + o, plan.weights());
      };
      plan.weight_gradients(at, sums);
      for (int cell = 0; cell < cells; cell++)
        for (int lane = 0; lane < kLanes; lane++)
          weight[((o + lane) * cells + cell) * inputs + i] = sums[cell][lane];
    }
}

// The same for depthwise weights, into [channels][3][3].
void reduce_depthwise(const float* parts, int channels, float* weight) {
#pragma omp for schedule(static)
  for (int c = 0; c < channels; c += kLanes)
    for (int cell = 0; cell < kCells; cell++) {
      const Vector sum = total(parts + cell * channels + c, kCells * channels);
      for (int lane = 0; lane < kLanes; lane++) weight[(c + lane) * kCells + cell] = sum[lane];
    }
}

// Carry the gradient `back` of a depthwise convolution to its weights, and, in place, to its input; `slope`
// is room for it with a border, which is zero.
void depthwise_backward(const float* image, int side, int channels, const float* weight, float* sum,
                        float* slope, float* back) {
  const int width = side * channels, row = width + 2 * channels;
  for (int y = 0; y < side; y++)
    std::memcpy(slope + (y + 1) * row + channels, back + y * width, width * sizeof(float));
  correlate_depthwise(image, slope, side, channels, sum);
  convolve_depthwise(slope, side, channels, weight, true, back);
}

}  // namespace

extern "C" {

// `to->values` is null where nothing before the source learns.
void convolution_backward(const Source* source, const Weights* weights, const Output* out,
                          const OutputGradient* gradient, const SourceGradient* to,
                          const WeightsGradient* learnt, int32_t threads) {
  const Plan plan = plan_of(*source, *weights);
  const int side = plan.side, inputs = plan.inputs, outputs = plan.outputs,
            border = border_of(plan, *weights);
  const int source_size = side * side * inputs, own_cells = weights->depthwise ? kCells * inputs : 0;
  const bool goes_back = to->values || weights->depthwise;
  const Floats depthwise = sorted_depthwise(*weights, inputs);
  Floats turned(plan.weights()), parts(static_cast<size_t>(kChunks) * plan.weights());
  Floats own_parts(static_cast<size_t>(kChunks) * own_cells);
  Floats gains(source->gain ? static_cast<size_t>(2 * kChunks) * source_size : 0);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    float* image = bordered_scratch(0, side, border, inputs);
    float* slope = bordered_scratch(1, side, plan.border(), outputs);
    float* back = scratch(2, source_size);
    float* middle = weights->depthwise ? scratch(5, source_size) : image;
    float* own_slope = weights->depthwise ? bordered_scratch(6, side, 1, inputs) : nullptr;
    float* half = out->winner ? scratch(7, side * side / 4 * outputs) : nullptr;
    const int slope_row = (side + 2 * plan.border()) * outputs;
    const float* slope_middle = slope + plan.border() * (slope_row + outputs);
    const TileRoom room = tile_room(plan);
    if (goes_back) plan.pack_backward(weights->weight, turned.data());
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* part = parts.data() + static_cast<size_t>(chunk) * plan.weights();
      float* own_part = own_parts.data() + static_cast<size_t>(chunk) * own_cells;
      std::fill_n(part, plan.weights(), 0.0F);
      std::fill_n(own_part, own_cells, 0.0F);
      const SourceGradient gained = part_of(*to, gains, source_size, chunk);
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, border, image);
        if (weights->depthwise) convolve_depthwise(image, side, inputs, depthwise.data(), false, middle);
        gather_whole(*out, *gradient, n, plan, half, slope);
        plan.correlate_with(middle, slope, part, room);
        if (!goes_back) continue;
        plan.backward(slope, turned.data(), back, room);
        if (weights->depthwise)
          depthwise_backward(image, side, inputs, depthwise.data(), own_part, own_slope, back);
        if (!to->values) continue;
        deactivate(*source, n, border, image, back, gained);
        float* values = to->values + static_cast<int64_t>(n) * source_size;
        if (out->residual) add(slope_middle, side, side * outputs, slope_row, values);
      }
    }
    reduce_weight(plan, parts.data(), learnt->weight);
    if (weights->depthwise) reduce_depthwise(own_parts.data(), inputs, learnt->depthwise);
    if (source->gain) reduce_gain(gains.data(), source_size, *to);
  }
}

}  // extern "C"
