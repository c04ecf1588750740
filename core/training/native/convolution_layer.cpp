// The convolution a Python program calls: a whole batch forward or backward in one pass over its memory, with
// all that goes before it (normalization, ReLU, dropout, a depthwise convolution) and after it (a skip
// connection, a max pool, the sums the next normalization wants).

#include "affine_gradients.hpp"
#include "batch_chunks.hpp"
#include "convolution_plan.hpp"
#include "depthwise.hpp"
#include "output_gradient.hpp"
#include "pooling.hpp"
#include "struct_sizes.hpp"

using namespace native;

namespace {

// Keep an image; write the sum and the sum of squares of each of its channels, of what is kept.
void keep_image(const float* image, int side, int channels, Kept* kept, float* sums) {
  const int size = side * side * channels, part = kSummedPixels * channels;
  with_run(side, channels, [&](auto run) {
    typedef decltype(run) Run;
    typename Run::Value all_sum[Run::kCount] = {}, all_squares[Run::kCount] = {};
    for (int first = 0; first < size; first += part) {
      typename Run::Value sum[Run::kCount] = {}, squares[Run::kCount] = {};
      for (int at = first; at < std::min(size, first + part); at += Run::kFloats)
#pragma GCC unroll 8
        for (int v = 0; v < Run::kCount; v++) {
          Kept* to = kept + at + v * Run::kLanesEach;
          store(to, load<Run::kLanesEach>(image + at + v * Run::kLanesEach));
          const auto value = load<Run::kLanesEach>(to);
          sum[v] += value;
          squares[v] += value * value;
        }
#pragma GCC unroll 8
      for (int v = 0; v < Run::kCount; v++) all_sum[v] += sum[v], all_squares[v] += squares[v];
    }
#pragma GCC unroll 8
    for (int v = 0; v < Run::kCount; v++) {
      Run::store_sum(sums, v, all_sum[v]);
      Run::store_sum(sums + channels, v, all_squares[v]);
    }
  });
}

// Add image `n` of a source to an image.
void add(const Source& source, int n, float* image) {
  const auto add_values = [&](const auto* values) {
    by_vectors(source.side * source.side * source.channels, [&](auto lanes, int at) {
      store(image + at, load<lanes.kCount>(image + at) + load<lanes.kCount>(values + at));
    });
  };
  if (source.kept) return add_values(image_at(static_cast<const Kept*>(source.values), source, n));
  add_values(image_at(static_cast<const float*>(source.values), source, n));
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

// What a convolution gives and what is known of it: `values` [images][side][side][outputs]; where there is an
// `argmax`, half the side, after a 2x2 max pool; where it is a `residual`, with the source's values added,
// which have the same shape. `sums` [images][2][outputs]: each channel's sum and sum of squares. Backward
// reads values and argmax alone.
struct Output {
  Kept* values;
  float* sums;
  uint8_t* argmax;
  int32_t residual;
};

}  // extern "C"

EXPORT_SIZE(Source)
EXPORT_SIZE(SourceGradient)
EXPORT_SIZE(Weights)
EXPORT_SIZE(WeightsGradient)
EXPORT_SIZE(Output)

namespace {

Plan plan_of(const Source& source, const Weights& weights) {
  return {source.side, weights.kernel, source.channels, weights.outputs};
}

// The padding that the convolution of a source wants.
int padding_of(const Plan& plan, const Weights& weights) { return weights.depthwise ? 1 : plan.padding(); }

Workspace workspace_of(const Plan& plan, int slot) {
  return {scratch(slot, plan.workspace_floats()), scratch(slot + 1, plan.workspace_floats())};
}

// Sort depthwise weights [channels][3][3] into [3][3][channels].
Floats sorted_depthwise(const Weights& weights, int channels) {
  Floats sorted(weights.depthwise ? kCells * channels : 0);
  for (size_t at = 0; at < sorted.size(); at++)
    sorted[at] = weights.depthwise[at % channels * kCells + at / channels];
  return sorted;
}

}  // namespace

extern "C" {

int32_t supports_channels(int32_t channels) { return has_kernel(channels); }

// Whether images themselves, which want no gradient, can be convolved to so many channels.
int32_t supports_stem(int32_t channels) {
  bool has = false;
  with_more_channels(channels, [&](auto) { has = true; });
  return has;
}

// Whether activations are multiplied and kept in bf16, or in single precision.
int32_t keeps_halves() { return kHalves; }

void convolution_forward(const Source* source, const Weights* weights, const Output* out, int32_t threads) {
  const Plan plan = plan_of(*source, *weights);
  const int side = plan.side, inputs = plan.inputs, outputs = plan.outputs, size = side * side * outputs;
  const Floats depthwise = sorted_depthwise(*weights, inputs);
  float* packed = shared_scratch(0, plan.weight_floats());
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    float* image = padded_scratch(0, side, padding_of(plan, *weights), inputs);
    float* conv_input = weights->depthwise ? scratch(1, side * side * inputs) : image;
    float* values = scratch(2, size);
    float* pooled = out->argmax ? scratch(5, size / 4) : nullptr;
    const Workspace workspace = workspace_of(plan, 3);
    plan.pack_forward(weights->weight, packed);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++)
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, padding_of(plan, *weights), image);
        if (weights->depthwise) convolve_depthwise(image, side, inputs, depthwise.data(), false, conv_input);
        plan.forward(conv_input, packed, values, workspace);
        if (out->residual) add(*source, n, values);
        const int64_t first = static_cast<int64_t>(n) * (pooled ? size / 4 : size);
        if (pooled) max_pool(values, side, outputs, pooled, out->argmax + first);
        keep_image(pooled ? pooled : values, pooled ? side / 2 : side, outputs, out->values + first,
                   out->sums + n * 2 * outputs);
      }
  }
}

}  // extern "C"

namespace {

// Write the gradient of image `n`'s output, that of its sums included, [side][side][outputs] with `row`
// floats from row to row.
void write_grad_output(const Output& out, const OutputGradient& grad_output, int n, int side, int outputs,
                       float* to, int row) {
  const int width = side * outputs;
  const int64_t image = static_cast<int64_t>(n) * side * width;
  const Kept *grads = grad_output.values + image, *values = out.values + image;
  if (!grad_output.sums) {
    for (int y = 0; y < side; y++) copy(grads + y * width, width, to + y * row);
    return;
  }
  const float* sums = grad_output.sums + n * grad_output.stride;
  with_run(side, outputs, [&](auto run) {
    typedef decltype(run) Run;
    typename Run::Value sum[Run::kCount], squares[Run::kCount];
#pragma GCC unroll 8
    for (int v = 0; v < Run::kCount; v++) {
      sum[v] = Run::same(sums, v);
      squares[v] = Run::same(sums + outputs, v) * 2;
    }
    for (int y = 0; y < side; y++)
      for (int x = 0; x < width; x += Run::kFloats)
#pragma GCC unroll 8
        for (int v = 0; v < Run::kCount; v++) {
          const int place = x + v * Run::kLanesEach, at = y * width + place;
          store(to + y * row + place,
                load<Run::kLanesEach>(grads + at) + sum[v] + squares[v] * load<Run::kLanesEach>(values + at));
        }
  });
}

// Write the gradient of image `n`'s convolution, before it was pooled, into the middle of the padded `to`;
// `grad_pooled` has room for what was after the pool.
void write_grad_conv(const Output& out, const OutputGradient& grad_output, int n, const Plan& plan,
                     float* grad_pooled, float* to) {
  const int side = plan.side, outputs = plan.outputs, padding = plan.padding();
  const int row = (side + 2 * padding) * outputs;
  to += padding * (row + outputs);
  if (!out.argmax) return write_grad_output(out, grad_output, n, side, outputs, to, row);
  const int size = side * side / 4 * outputs;
  write_grad_output(out, grad_output, n, side / 2, outputs, grad_pooled, side / 2 * outputs);
  max_pool_backward(grad_pooled, out.argmax + static_cast<int64_t>(n) * size, side, outputs, to, row);
}

// Add up the chunks' parts, in order, into weights [outputs][kernel][kernel][inputs].
void reduce_weight(const Plan& plan, const float* parts, float* weight) {
  const int cells = plan.kernel * plan.kernel, inputs = plan.inputs, outputs = plan.outputs;
#pragma omp for schedule(static)
  for (int i = 0; i < inputs; i++)
    for (int o = 0; o < outputs; o += kLanes) {
      Vector sums[kCells];
      const auto at = [&](int place) {
        return sum_chunks(parts + (place * inputs + i) * outputs + o, plan.weight_floats());
      };
      plan.grad_weight(at, sums);
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
      const Vector sum = sum_chunks(parts + cell * channels + c, kCells * channels);
      for (int lane = 0; lane < kLanes; lane++) weight[(c + lane) * kCells + cell] = sum[lane];
    }
}

// From `grad`, that of a depthwise convolution's output, add to its weights' and write its input's in its
// place; `padded` has room for it with padding, which is zero.
void depthwise_backward(const float* image, int side, int channels, const float* weight, float* sum,
                        float* padded, float* grad) {
  const int width = side * channels, row = width + 2 * channels;
  for (int y = 0; y < side; y++)
    std::memcpy(padded + (y + 1) * row + channels, grad + y * width, width * sizeof(float));
  correlate_depthwise(image, padded, side, channels, sum);
  convolve_depthwise(padded, side, channels, weight, true, grad);
}

}  // namespace

extern "C" {

// `grad_source->values` is null where nothing before the source is trained.
void convolution_backward(const Source* source, const Weights* weights, const Output* out,
                          const OutputGradient* grad_output, const SourceGradient* grad_source,
                          const WeightsGradient* grad_weights, int32_t threads) {
  const Plan plan = plan_of(*source, *weights);
  const int side = plan.side, inputs = plan.inputs, outputs = plan.outputs,
            padding = padding_of(plan, *weights);
  const int source_size = side * side * inputs, depthwise_floats = weights->depthwise ? kCells * inputs : 0;
  const bool needs_grad_input = grad_source->values || weights->depthwise;
  const Floats depthwise = sorted_depthwise(*weights, inputs);
  float* rotated = shared_scratch(0, plan.weight_floats());
  float* parts = shared_scratch(1, static_cast<size_t>(kChunks) * plan.weight_floats());
  float* depthwise_parts = shared_scratch(2, static_cast<size_t>(kChunks) * depthwise_floats);
  float* affine_parts = affine_scratch(*source, source_size);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    float* image = padded_scratch(0, side, padding, inputs);
    float* grad_conv = padded_scratch(1, side, plan.padding(), outputs);
    float* grad_input = scratch(2, source_size);
    float* conv_input = weights->depthwise ? scratch(5, source_size) : image;
    float* padded_grad = weights->depthwise ? padded_scratch(6, side, 1, inputs) : nullptr;
    float* grad_pooled = out->argmax ? scratch(7, side * side / 4 * outputs) : nullptr;
    const int grad_row = (side + 2 * plan.padding()) * outputs;
    const float* grad_unpadded = grad_conv + plan.padding() * (grad_row + outputs);
    const Workspace workspace = workspace_of(plan, 3), gathering = workspace_of(plan, 8);
    if (needs_grad_input) plan.pack_backward(weights->weight, rotated);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* part = parts + static_cast<size_t>(chunk) * plan.weight_floats();
      float* depthwise_part = depthwise_parts + static_cast<size_t>(chunk) * depthwise_floats;
      std::fill_n(depthwise_part, depthwise_floats, 0.0F);
      GatheredRows gathered = plan.gathered(gathering, part);
      const SourceGradient grad_part = part_of(*grad_source, affine_parts, source_size, chunk);
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, padding, image);
        if (weights->depthwise) convolve_depthwise(image, side, inputs, depthwise.data(), false, conv_input);
        write_grad_conv(*out, *grad_output, n, plan, grad_pooled, grad_conv);
        plan.backward_weight(conv_input, grad_conv, gathered);
        if (!needs_grad_input) continue;
        plan.backward_input(grad_conv, rotated, grad_input, workspace);
        if (weights->depthwise)
          depthwise_backward(image, side, inputs, depthwise.data(), depthwise_part, padded_grad, grad_input);
        if (!grad_source->values) continue;
        activate_backward(*source, n, padding, image, grad_input,
                          {out->residual ? grad_unpadded : nullptr, grad_row}, grad_part);
      }
      gathered.add_up();
    }
    reduce_weight(plan, parts, grad_weights->weight);
    if (weights->depthwise) reduce_depthwise(depthwise_parts, inputs, grad_weights->depthwise);
    if (source->norm_weight) reduce_affine(affine_parts, source_size, *grad_source);
  }
}

}  // extern "C"
