// Pixels mixed, channel by channel: slices of an image's channels, each convolved with kernels of a size of
// its own, or left as they are; a whole batch in one pass over its memory, and backward.

#include "batch_chunks.hpp"
#include "channel_sums.hpp"
#include "output_gradient.hpp"
#include "planes.hpp"
#include "struct_sizes.hpp"

using namespace native;

extern "C" {

// `channels` of an image from `first` on, multiples of 8: convolved with `weight` [channels][kernel][kernel],
// or left as they are where `kernel` is 1; where `pooled`, the mean of every 3x3 pixels is taken before that.
struct Slice {
  const float* weight;
  int32_t first;
  int32_t channels;
  int32_t kernel;
  int32_t dilation;
  int32_t pooled;
};

// What is mixed, [images][side][side][channels], and how: `count` slices, side by side.
struct Mixing {
  const Kept* values;
  const Slice* slices;
  int32_t count;
  int32_t images;
  int32_t side;
  int32_t channels;
};

// Where gradients go: of the values, which may lie where `skipped` does; of all weights, slice after slice;
// and of `scale`. What the values went past the block by is part of their gradient: `skipped`, the gradient
// of the block's output, [images][side][side][channels], times `scale` [channels], or as it is where that is
// null.
struct MixingGradient {
  Kept* values;
  float* weights;
  const Kept* skipped;
  const float* scale;
  float* grad_scale;
};

}  // extern "C"

EXPORT_SIZE(Slice)
EXPORT_SIZE(Mixing)
EXPORT_SIZE(MixingGradient)

namespace {

bool untouched(const Slice& slice) { return slice.kernel == 1 && !slice.pooled; }
int margin_of(const Slice& slice) { return slice.kernel / 2 * slice.dilation; }
int cells_of(const Slice& slice) { return slice.kernel == 1 ? 0 : slice.kernel * slice.kernel; }

int packed_of(const Slice& slice) { return slice.kernel == 1 ? 0 : packed_cells(slice.kernel); }

// Floats of the weights, one by one or packed.
template <typename CellsOf>
size_t weight_floats(const Mixing& mixing, CellsOf cells) {
  size_t floats = 0;
  for (int s = 0; s < mixing.count; s++) floats += cells(mixing.slices[s]) * mixing.slices[s].channels;
  return floats;
}

// Call `each` with every slice that has weights, and the first channel of every 8 in it.
template <typename Each>
void by_kernels(const Mixing& mixing, Each each) {
  for (int s = 0; s < mixing.count; s++)
    for (int c = 0; c < mixing.slices[s].channels && cells_of(mixing.slices[s]); c += kLanes)
      each(mixing.slices[s], c);
}

// Pack all weights, 8 channels after the other; `rotated` by 180 degrees.
void pack_weights(const Mixing& mixing, bool rotated, float* packed) {
  by_kernels(mixing, [&](const Slice& slice, int c) {
    const int cells = cells_of(slice);
    const auto at = [&](int k, int lane) {
      return slice.weight[(c + lane) * cells + (rotated ? cells - 1 - k : k)];
    };
    pack_kernel(slice.kernel, at, packed);
    packed += packed_of(slice) * kLanes;
  });
}

// The planes that a thread works on: one a slice, whose margins differ and stay zero, and two to pool: from,
// to.
class Planes {
 public:
  Planes(const Mixing& mixing, int slot) : side_(mixing.side) {
    size_t floats = pooling_floats();
    for (int s = 0; s < mixing.count; s++) floats += Plane::floats(side_, margin_of(mixing.slices[s]));
    first_ = scratch(slot, floats);
    std::fill_n(first_, floats, 0.0F);
  }

  Plane to_pool() const { return {first_, side_, 1}; }
  Plane means() const { return {first_ + Plane::floats(side_, 1), side_, 0}; }
  Plane of(const Mixing& mixing, int which) const {
    float* at = first_ + pooling_floats();
    for (int s = 0; s < which; s++) at += Plane::floats(side_, margin_of(mixing.slices[s]));
    return {at, side_, margin_of(mixing.slices[which])};
  }

 private:
  size_t pooling_floats() const { return Plane::floats(side_, 1) + Plane::floats(side_, 0); }

  const int side_;
  float* first_;
};

// Write the means of every 3x3 pixels that `at(y, x)` gives.
template <typename At, typename Put>
void average(const Planes& planes, At at, Put put) {
  fill_plane<Singles>(planes.to_pool(), 0, at);
  average_plane(planes.to_pool(), put);
}

// Fill a slice's plane with what `at(y, x)` gives, pooled where the slice is.
template <typename At>
void fill_slice(const Slice& slice, const Planes& planes, const Plane& plane, At at) {
  if (!slice.pooled) return fill_plane(plane, slice.dilation, at);
  const Plane means = planes.means();
  average(planes, at, [=](int y, int x, Vector mean) { store(means.at(y, x), mean); });
  fill_plane(plane, slice.dilation, [=](int y, int x) { return load(means.at(y, x)); });
}

// Mix one image.
void mix(const Mixing& mixing, const Kept* values, const float* packed, const Planes& planes, Kept* out) {
  const int side = mixing.side, channels = mixing.channels;
  for (int s = 0; s < mixing.count; s++) {
    const Slice& slice = mixing.slices[s];
    const Plane plane = planes.of(mixing, s);
    for (int c = slice.first; c < slice.first + slice.channels; c += kLanes) {
      const auto at = [=](int y, int x) { return load(values + (y * side + x) * channels + c); };
      const auto put = [=](int y, int x, Vector sum) { store(out + (y * side + x) * channels + c, sum); };
      if (untouched(slice)) {
        for (int place = 0; place < side * side * channels; place += channels)
          std::memcpy(out + place + c, values + place + c, kLanes * sizeof(Kept));
      } else if (slice.kernel == 1) {
        average(planes, at, put);
      }
      with_kernel(slice.kernel, [&](auto kernel) {
        fill_slice(slice, planes, plane, at);
        convolve_plane<kernel>(plane, slice.dilation, packed, put);
      });
      packed += packed_of(slice) * kLanes;
    }
  }
}

// The groups of 8 channels of an image, each by itself, [pixels][8]: what is read or written for one of them
// then lies side by side in memory, where in the image it is a piece of every line of the cache.
template <typename Number>
struct Groups {
  Number* first;
  int pixels;

  static size_t numbers(int pixels, int channels) {
    return static_cast<size_t>(channels) * (pixels + kApart);
  }
  // Where the pixels of the group are that begins with channel `c`.
  Number* of(int c) const { return first + static_cast<size_t>(c) * (pixels + kApart); }
  // Call `each` with every pixel's vectors: where one is in the image and in its group, and its first
  // channel.
  template <typename Each>
  void by_pixels(int channels, Each each) const {
    for (int p = 0; p < pixels; p++)
      for (int c = 0; c < channels; c += kLanes) each(p * channels + c, of(c) + p * kLanes, c);
  }

 private:
  static constexpr int kApart = 4;  // pixels between two groups, which else would share a set of the cache
};

template <typename Number>
Groups<Number> groups_scratch(int slot, const Mixing& mixing) {
  const int pixels = mixing.side * mixing.side;
  return {reinterpret_cast<Number*>(scratch(slot, Groups<Number>::numbers(pixels, mixing.channels))), pixels};
}

// What `mix` gave of an image, and the gradient of that: of its values, and, unless they are null, of its
// sums.
struct Mixed {
  const Kept *values, *grads;
  const float* sums;
};

// Write the whole gradient of what was mixed into its groups.
void split_gradient(const Mixed& mixed, int channels, const Groups<float>& grads) {
  grads.by_pixels(channels, [&](int place, float* to, int c) {
    Vector grad = load(mixed.grads + place);
    if (mixed.sums)
      grad += load(mixed.sums + c) + 2 * load(mixed.sums + channels + c) * load(mixed.values + place);
    store(to, grad);
  });
}

// From the gradients of what was mixed, in groups, to those of the values, in the same places; add those of
// the weights to `grad_weights`, [kernel][kernel][8] one after the other.
void unmix(const Mixing& mixing, const Groups<Kept>& groups, const float* rotated, const Planes& planes,
           const Planes& grad_planes, const Groups<float>& grads, float* grad_weights) {
  const int side = mixing.side;
  const Plane pooled = grad_planes.to_pool();
  for (int s = 0; s < mixing.count; s++) {
    const Slice& slice = mixing.slices[s];
    const Plane plane = planes.of(mixing, s), grad = grad_planes.of(mixing, s);
    for (int c = slice.first; c < slice.first + slice.channels; c += kLanes) {
      const Kept* from = groups.of(c);
      float* own = grads.of(c);
      const auto at = [=](int y, int x) { return load(from + (y * side + x) * kLanes); };
      const auto gradient = [=](int y, int x) { return load(own + (y * side + x) * kLanes); };
      const auto put = [=](int y, int x, Vector value) { store(own + (y * side + x) * kLanes, value); };
      const auto to_pool = [=](int y, int x, Vector value) { store(pooled.at(y, x), value); };
      if (slice.kernel == 1 && slice.pooled) average(grad_planes, gradient, put);
      with_kernel(slice.kernel, [&](auto kernel) {
        fill_slice(slice, planes, plane, at);
        fill_plane(grad, slice.dilation, gradient);
        correlate_plane<kernel>(plane, grad, slice.dilation, grad_weights);
        if (slice.pooled) {
          convolve_plane<kernel>(grad, slice.dilation, rotated, to_pool);
          average_plane(pooled, put);
        } else {
          convolve_plane<kernel>(grad, slice.dilation, rotated, put);
        }
      });
      rotated += packed_of(slice) * kLanes;
      grad_weights += cells_of(slice) * kLanes;
    }
  }
}

// Write an image's gradient: what came through the mixing, and what went past the block; add to `grad_scale`.
void join_gradient(const MixingGradient& gradient, int64_t image, const Kept* values, int channels,
                   const Groups<float>& grads, float* grad_scale) {
  grads.by_pixels(channels, [&](int place, const float* through, int c) {
    const Vector past = load(gradient.skipped + image + place);
    store(grad_scale + c, load(grad_scale + c) + past * load(values + image + place));
    store(gradient.values + image + place,
          load(through) + past * (gradient.scale ? load(gradient.scale + c) : broadcast(1)));
  });
}

}  // namespace

extern "C" {

// Whether there are loops for a kernel of this size.
int32_t supports_mixing_kernel(int32_t kernel) {
  bool has = kernel == 1;
  with_kernel(kernel, [&](auto) { has = true; });
  return has;
}

// Write `out`, of the values' shape, and, unless it is null, `sums` [images][2][channels]: each channel's sum
// and sum of squares.
void mixing_forward(const Mixing* mixing, Kept* out, float* sums, int32_t threads) {
  const int channels = mixing->channels, pixels = mixing->side * mixing->side, size = pixels * channels;
  float* packed = shared_scratch(0, weight_floats(*mixing, packed_of));
  pack_weights(*mixing, false, packed);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    const Planes planes(*mixing, 0);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++)
      for (auto [n, end] = chunk_of(mixing->images, chunk); n < end; n++) {
        const int64_t first = static_cast<int64_t>(n) * size;
        mix(*mixing, mixing->values + first, packed, planes, out + first);
        if (sums) channel_sums(out + first, pixels, channels, sums + 2 * n * channels);
      }
  }
}

// `out` is what was written forward; its gradient is `grad_out`.
void mixing_backward(const Mixing* mixing, const Kept* out, const OutputGradient* grad_out,
                     const MixingGradient* gradient, int32_t threads) {
  const int channels = mixing->channels, size = mixing->side * mixing->side * channels;
  const size_t weights = weight_floats(*mixing, cells_of), part_floats = weights + channels;
  float* rotated = shared_scratch(0, weight_floats(*mixing, packed_of));
  float* parts = shared_scratch(1, kChunks * part_floats);
  pack_weights(*mixing, true, rotated);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    const Planes planes(*mixing, 0), grad_planes(*mixing, 1);
    const Groups<Kept> groups = groups_scratch<Kept>(2, *mixing);
    const Groups<float> grads = groups_scratch<float>(3, *mixing);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float* part = parts + chunk * part_floats;
      std::fill_n(part, part_floats, 0.0F);
      for (auto [n, end] = chunk_of(mixing->images, chunk); n < end; n++) {
        const int64_t first = static_cast<int64_t>(n) * size;
        const Mixed mixed{out + first, grad_out->values + first,
                          grad_out->sums ? grad_out->sums + n * grad_out->stride : nullptr};
        groups.by_pixels(channels, [&](int place, Kept* to, int) {
          std::memcpy(to, mixing->values + first + place, kLanes * sizeof(Kept));
        });
        split_gradient(mixed, channels, grads);
        unmix(*mixing, groups, rotated, planes, grad_planes, grads, part);
        join_gradient(*gradient, first, mixing->values, channels, grads, part + weights);
      }
    }
  }
  size_t place = 0;
  by_kernels(*mixing, [&](const Slice& slice, int) {
    const int cells = cells_of(slice);
    for (int k = 0; k < cells; k++) {
      const Vector sum = sum_chunks(parts + place + k * kLanes, part_floats);
      for (int lane = 0; lane < kLanes; lane++) gradient->weights[place + lane * cells + k] = sum[lane];
    }
    place += cells * kLanes;
  });
  for (int c = 0; c < channels && gradient->grad_scale; c += kLanes)
    store(gradient->grad_scale + c, sum_chunks(parts + weights + c, part_floats));
}

}  // extern "C"
