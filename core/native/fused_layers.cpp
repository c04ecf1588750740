// The layers a Python program calls: each takes a whole batch forward or back in one pass over its memory.
//
// Work is cut into a fixed number of chunks, whatever the number of threads, and sums over a batch are taken
// chunk by chunk in order: the same input gives the same bits on any number of threads.

#include <new>
#include <vector>

#include "activation.hpp"
#include "plan.hpp"

using namespace native;

namespace {

constexpr int kChunks = 16;

struct Chunk {
  int first, end;
};

Chunk chunk_of(int images, int chunk) {
  const int size = (images + kChunks - 1) / kChunks;
  return {std::min(images, chunk * size), std::min(images, (chunk + 1) * size)};
}

// Begins on a cache line, for a vector that straddles two lines costs two loads; and is not zeroed.
template <typename T>
struct Aligned {
  typedef T value_type;
  static constexpr std::align_val_t kLine{64};
  template <typename U>
  void construct(U*) {}
  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLine)); }
  void deallocate(T* memory, size_t) { ::operator delete(memory, kLine); }
  bool operator==(const Aligned&) const { return true; }
  bool operator!=(const Aligned&) const { return false; }
};

typedef std::vector<float, Aligned<float>> Floats;

// Memory that a thread keeps between calls; each use in a call has a slot of its own.
float* scratch(int slot, size_t floats) {
  thread_local Floats memory[5];
  if (memory[slot].size() < floats) memory[slot].resize(floats);
  return memory[slot].data();
}

size_t bordered(int side, int border, int channels) {
  return static_cast<size_t>(side + 2 * border) * (side + 2 * border) * channels;
}

// The same for an image with a border, which is zero; what is inside is there to be overwritten.
float* bordered_scratch(int slot, int side, int border, int channels) {
  const size_t floats = bordered(side, border, channels);
  float* image = scratch(slot, floats);
  if (border > 0) std::fill_n(image, floats, 0.0F);
  return image;
}

TileRoom tile_room(const Plan& plan) { return {scratch(3, plan.room()), scratch(4, plan.room())}; }

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

// Keep the greatest of each 2x2 pixels of `image`, and which of the four it was (the first of equals). A NaN
// is the greatest, so that a diverged run shows.
void pool(const float* image, int side, int channels, float* out, uint8_t* winner) {
  const int row = side * channels, corners[4] = {0, channels, row, row + channels};
  for (int y = 0; y < side; y += 2)
    for (int x = 0; x < row; x += 2 * channels)
      for (int c = 0; c < channels; c += kLanes, out += kLanes, winner += kLanes) {
        const float* pixel = image + y * row + x + c;
        Vector best = load(pixel);
        Signed which = {};
        for (int i = 1; i < 4; i++) {
          const Vector value = load(pixel + corners[i]);
          const Signed better = ~(value <= best) & (best == best);
          best = better ? value : best;
          which = better ? Signed{} + i : which;
        }
        store(out, best);
        for (int lane = 0; lane < kLanes; lane++) winner[lane] = static_cast<uint8_t>(which[lane]);
      }
}

// Send each gradient back to the pixel that was the greatest, and zero to the other three.
void unpool(const float* gradient, const uint8_t* winner, int side, int channels, float* out) {
  const int row = side * channels, corners[4] = {0, channels, row, row + channels};
  for (int y = 0; y < side; y += 2)
    for (int x = 0; x < row; x += 2 * channels)
      for (int c = 0; c < channels; c += kLanes, gradient += kLanes, winner += kLanes) {
        const Vector slope = load(gradient);
        Signed which;
        for (int lane = 0; lane < kLanes; lane++) which[lane] = winner[lane];
        for (int i = 0; i < 4; i++)
          store(out + y * row + x + c + corners[i], which == i ? slope : Vector{});
      }
}

}  // namespace

extern "C" {

// A convolution's output and what is known of it: `values` [images][side][side][outputs] with, where wanted,
// `sums` [images][2][outputs]: each channel's sum and sum of squares; or, where there is a `winner`, the
// values after a 2x2 max pool.
struct Output {
  float* values;
  float* sums;
  uint8_t* winner;
  int32_t outputs;
  int32_t kernel;
};

// The gradient of an output: of its values as a plain input of what follows, and, where those were taken, of
// its sums, a row an image or one for all (`stride` 0).
struct OutputGradient {
  const float* values;
  const float* sums;
  int64_t stride;
};

}  // extern "C"

namespace {

Plan plan_of(const Source& source, const Output& out) {
  return {source.side, out.kernel, source.channels, out.outputs};
}

}  // namespace

extern "C" {

int32_t knows(int32_t channels) { return known(channels); }

void convolution_forward(const Source* source, const float* weight, const Output* out, int32_t threads) {
  const Plan plan = plan_of(*source, *out);
  const int side = plan.side, outputs = plan.outputs, pixels = side * side;
  Floats packed(plan.weights());
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    float* image = bordered_scratch(0, side, plan.border(), plan.inputs);
    float* whole = out->winner ? scratch(1, pixels * outputs) : nullptr;
    const TileRoom room = tile_room(plan);
    plan.pack_forward(weight, packed.data());
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++)
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, plan.border(), image);
        float* to = whole ? whole : out->values + static_cast<int64_t>(n) * pixels * outputs;
        plan.forward(image, packed.data(), to, room);
        if (out->sums) sum_up(to, side, outputs, out->sums + n * 2 * outputs);
        const int64_t pooled = static_cast<int64_t>(n) * (pixels / 4) * outputs;
        if (whole) pool(whole, side, outputs, out->values + pooled, out->winner + pooled);
      }
  }
}

}  // extern "C"

namespace {

// Write the whole gradient of image `n`'s convolution into the middle of `to`.
void gather(const Output& out, const OutputGradient& gradient, int n, int side, int border, float* to) {
  const int outputs = out.outputs, row = (side + 2 * border) * outputs, width = side * outputs;
  const int64_t image = static_cast<int64_t>(n) * side * width;
  if (out.winner) return unpool(gradient.values + image / 4, out.winner + image / 4, side, outputs, to);
  const float* sums = gradient.sums + n * gradient.stride;
  to += border * (row + outputs);
  for (int y = 0; y < side; y++, to += row)
    for (int c = 0; c < outputs; c += kLanes) {
      const Vector sum = load(sums + c), squares = load(sums + outputs + c) * 2;
      for (int at = c; at < width; at += outputs) {
        const int64_t from = image + y * width + at;
        store(to + at, load(gradient.values + from) + sum + squares * load(out.values + from));
      }
    }
}

// Add up what the chunks left, in order.
inline Vector total(const float* parts, size_t stride) {
  Vector sum = {};
  for (int chunk = 0; chunk < kChunks; chunk++) sum += load(parts + chunk * stride);
  return sum;
}

// The same for weights, into [outputs][kernel][kernel][inputs].
void reduce_weight(const Plan& plan, const float* parts, float* weight) {
  const int cells = plan.kernel * plan.kernel, inputs = plan.inputs, outputs = plan.outputs;
#pragma omp for schedule(static)
  for (int i = 0; i < inputs; i++)
    for (int o = 0; o < outputs; o += kLanes) {
      Vector sums[9];
      const auto at = [&](int place) { return total(parts + (place * inputs + i) * outputs + o, plan.weights()); };
      plan.weight_gradients(at, sums);
      for (int cell = 0; cell < cells; cell++)
        for (int lane = 0; lane < kLanes; lane++)
          weight[((o + lane) * cells + cell) * inputs + i] = sums[cell][lane];
    }
}

// The same for a gain and an offset, whose parts lie one behind the other.
void reduce_gain(const float* parts, int size, const SourceGradient& to) {
#pragma omp for schedule(static)
  for (int at = 0; at < size; at += kLanes) {
    store(to.gain + at, total(parts + at, 2 * static_cast<size_t>(size)));
    store(to.offset + at, total(parts + size + at, 2 * static_cast<size_t>(size)));
  }
}

// Where a chunk's gradients go: those of gain and offset, zeroed, into a place of its own.
SourceGradient part_of(const SourceGradient& to, Floats& gains, int size, int chunk) {
  SourceGradient part = to;
  if (!gains.empty()) {
    part.gain = gains.data() + 2 * static_cast<size_t>(chunk) * size;
    part.offset = part.gain + size;
    std::fill_n(part.gain, 2 * size, 0.0F);
  }
  return part;
}

}  // namespace

extern "C" {

// `to->values` is null where nothing before the source learns. `weight_gradient` lies as `weight` does.
void convolution_backward(const Source* source, const float* weight, const Output* out,
                          const OutputGradient* gradient, const SourceGradient* to, float* weight_gradient,
                          int32_t threads) {
  const Plan plan = plan_of(*source, *out);
  const int side = plan.side, border = plan.border(), source_size = side * side * plan.inputs;
  Floats turned(plan.weights()), parts(static_cast<size_t>(kChunks) * plan.weights());
  Floats gains(source->gain ? static_cast<size_t>(2 * kChunks) * source_size : 0);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    float* image = bordered_scratch(0, side, border, plan.inputs);
    float* slope = bordered_scratch(1, side, border, plan.outputs);
    float* back = scratch(2, source_size);
    const TileRoom room = tile_room(plan);
    if (to->values) plan.pack_backward(weight, turned.data());
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* part = parts.data() + static_cast<size_t>(chunk) * plan.weights();
      std::fill_n(part, plan.weights(), 0.0F);
      const SourceGradient own = part_of(*to, gains, source_size, chunk);
      for (auto [n, end] = chunk_of(source->images, chunk); n < end; n++) {
        activate(*source, n, border, image);
        gather(*out, *gradient, n, side, border, slope);
        plan.correlate_with(image, slope, part, room);
        if (!to->values) continue;
        plan.backward(slope, turned.data(), back, room);
        deactivate(*source, n, border, image, back, own);
      }
    }
    reduce_weight(plan, parts.data(), weight_gradient);
    if (source->gain) reduce_gain(gains.data(), source_size, *to);
  }
}

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

// Crop, flip and scale bytes [..][side][side][3] into floats [count][side][side][3]. Image `index[i]` is seen
// as if its own reflection lay around it; its crop begins at `top`, `left`, which may lie outside.
void augment(const uint8_t* images, const int64_t* index, const int64_t* top, const int64_t* left,
             const int64_t* flip, const float* mean, const float* deviation, float* out, int32_t count,
             int32_t side, int32_t threads) {
  const auto reflected = [=](int64_t at) {
    at = at < 0 ? -at : at;
    return at < side ? at : 2 * (side - 1) - at;
  };
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int i = 0; i < count; i++) {
    const uint8_t* image = images + index[i] * side * side * 3;
    float* to = out + static_cast<int64_t>(i) * side * side * 3;
    for (int y = 0; y < side; y++) {
      const uint8_t* row = image + reflected(y + top[i]) * side * 3;
      for (int x = 0; x < side; x++, to += 3) {
        const uint8_t* pixel = row + reflected(left[i] + (flip[i] ? side - 1 - x : x)) * 3;
        for (int c = 0; c < 3; c++) to[c] = (static_cast<float>(pixel[c]) - mean[c]) / deviation[c];
      }
    }
  }
}

}  // extern "C"
