// Convolutions of each channel with a kernel of its own, 3 to 7 pixels wide and dilated, and their gradients.
//
// They are computed on planes: 8 channels of an image by themselves, [side][side][8] inside a margin of
// zeros, so that no pixel is a special case and the rows that a kernel sees stay in the first-level cache. Of
// a product's two factors one is always in a register.
#pragma once

#include "convolution.hpp"

namespace native {

// `first` is where the margin begins, `row` are the floats from row to row.
struct Plane {
  float* first;
  int side, margin;

  int row() const { return (side + 2 * margin) * kLanes; }
  static size_t floats(int side, int margin) {
    return static_cast<size_t>(side + 2 * margin) * (side + 2 * margin) * kLanes;
  }
  // Where pixel (y, x) is, margins at negative places.
  float* at(int y, int x) const { return first + (y + margin) * row() + (x + margin) * kLanes; }
};

// The channels of a plane's pixel, in as many registers as they fill.
struct Pixel {
  static constexpr int kEach = std::min(kRegister, kLanes), kCount = kLanes / kEach;
  Vec<kEach> parts[kCount];

  static Pixel at(const float* from) {
    Pixel pixel;
#pragma GCC unroll 2
    for (int p = 0; p < kCount; p++) pixel.parts[p] = load<kEach>(from + p * kEach);
    return pixel;
  }
  void put(float* to) const {
#pragma GCC unroll 2
    for (int p = 0; p < kCount; p++) store(to + p * kEach, parts[p]);
  }
  void add_product(const Pixel& a, const Pixel& b) {
#pragma GCC unroll 2
    for (int p = 0; p < kCount; p++) parts[p] = Product::add_product(parts[p], a.parts[p], b.parts[p]);
  }
  Vector whole() const {
    Vector value;
    std::memcpy(&value, parts, sizeof(value));
    return value;
  }
};

// Call `use` with the kernel's width as a constant, where there are loops for it.
template <typename Use>
inline void with_kernel(int kernel, Use use) {
  switch (kernel) {
    case 3: return use(std::integral_constant<int, 3>{});
    case 5: return use(std::integral_constant<int, 5>{});
    case 7: return use(std::integral_constant<int, 7>{});
  }
}

// Pixels that are computed together: their sums, a weight and what is loaded fit the registers.
constexpr int kPixelTile = kWide > kLanes ? 16 : 8;
// Lines of a kernel, or of an image, whose products are taken together: two in bf16, a dilation apart.
constexpr int kLinesTogether = Product::kEach;

// Vectors of weights that a kernel takes, packed.
constexpr int packed_cells(int kernel) { return (kernel + kLinesTogether - 1) / kLinesTogether * kernel; }

// Pack the weights [kernel][kernel] that `at(cell, lane)` gives for 8 channels.
template <typename At>
inline void pack_kernel(int kernel, At at, float* packed) {
  for (int i = 0; i < kernel; i += kLinesTogether)
    for (int j = 0; j < kernel; j++)
      for (int lane = 0; lane < kLanes; lane++) {
        const float first = at(i * kernel + j, lane);
        const float second = i + 1 < kernel ? at((i + 1) * kernel + j, lane) : 0;
        *packed++ = kLinesTogether == 1 ? first : pair_of(first, second);
      }
}

// Fill a plane with what `at(y, x)` gives for a pixel; in bf16 with pairs of it and of what is `dilation`
// below, zeros where there is no such line. Lines of the margin that are not written here stay zero.
template <typename Number = Product, typename At>
inline void fill_plane(const Plane& plane, int dilation, At at) {
  if constexpr (Number::kEach == 1) {
    for (int y = 0; y < plane.side; y++) {
      float* to = plane.at(y, 0);
      for (int x = 0; x < plane.side; x++, to += kLanes) store(to, at(y, x));
    }
  } else {
    const auto fill_line = [=](int y, auto has_first, auto has_second) {
      float* to = plane.at(y, 0);
      for (int x = 0; x < plane.side; x++, to += kLanes) {
        const Vector first = has_first ? at(y, x) : Vector{};
        const Vector second = has_second ? at(y + dilation, x) : Vector{};
        Number::Columns::put_pair(to, 0, kLanes, 0, first, second);
      }
    };
    constexpr std::true_type kHas;
    constexpr std::false_type kHasNot;
    for (int y = -dilation; y < plane.side; y++) {
      if (y + dilation >= plane.side)
        y < 0 ? fill_line(y, kHasNot, kHasNot) : fill_line(y, kHas, kHasNot);
      else
        y < 0 ? fill_line(y, kHasNot, kHas) : fill_line(y, kHas, kHas);
    }
  }
}

// Convolve a plane, filled and with a margin that is what the kernel reaches, with packed weights; `put(y, x,
// sum)` takes every pixel's.
template <int Kernel, typename Put>
inline void convolve_plane(const Plane& plane, int dilation, const float* packed, Put put) {
  const int step = dilation * kLanes, line = kLinesTogether * dilation * plane.row(),
            reach = Kernel / 2 * dilation;
  for (int y = 0; y < plane.side; y++) {
    by_tiles<kPixelTile>(plane.side, [&](auto tile, int x) {
      constexpr int kTile = tile;
      const float *corner = plane.at(y - reach, x - reach), *w = packed;
      Pixel sum[kTile] = {};
      for (int i = 0; i < Kernel; i += kLinesTogether, corner += line)
#pragma GCC unroll 1  // more gains nothing, and takes the compiler twice as long
        for (int j = 0; j < Kernel; j++, w += kLanes) {
          const Pixel factor = Pixel::at(w);
          const float* pixel = corner + j * step;
#pragma GCC unroll 16
          for (int t = 0; t < kTile; t++) sum[t].add_product(Pixel::at(pixel + t * kLanes), factor);
        }
#pragma GCC unroll 16
      for (int t = 0; t < kTile; t++) put(y, x + t, sum[t].whole());
    });
  }
}

// Add to `sum` [kernel][kernel][8] the products of a plane with the gradient of its convolution, a plane as
// well, lines `from` to `from + Lines` of the kernel.
template <int Kernel, int Lines>
inline void correlate_lines(const Plane& plane, const Plane& grad, int dilation, int from, float* sum) {
  const int step = dilation * kLanes, line = dilation * plane.row(), reach = Kernel / 2 * dilation;
  sum += from * Kernel * kLanes;
  Pixel total[Lines][Kernel];
#pragma GCC unroll 7
  for (int i = 0; i < Lines; i++)
#pragma GCC unroll 7
    for (int j = 0; j < Kernel; j++) total[i][j] = Pixel::at(sum + (i * Kernel + j) * kLanes);
  for (int y = 0; y < plane.side; y++) {
    if (y / dilation % kLinesTogether) continue;  // is the second of a pair
    const float *corner = plane.at(y - reach + from * dilation, -reach), *d = grad.at(y, 0);
    for (int x = 0; x < plane.side; x++, corner += kLanes, d += kLanes) {
      const Pixel factor = Pixel::at(d);
#pragma GCC unroll 7
      for (int i = 0; i < Lines; i++)
#pragma GCC unroll 7
        for (int j = 0; j < Kernel; j++)
          total[i][j].add_product(Pixel::at(corner + i * line + j * step), factor);
    }
  }
#pragma GCC unroll 7
  for (int i = 0; i < Lines; i++)
#pragma GCC unroll 7
    for (int j = 0; j < Kernel; j++) total[i][j].put(sum + (i * Kernel + j) * kLanes);
}

// The same for all lines, as many together as registers hold.
template <int Kernel>
inline void correlate_plane(const Plane& plane, const Plane& grad, int dilation, float* sum) {
  constexpr int kLines = std::min(Kernel, (kWide > kLanes ? 28 : 15) / Kernel), kLeft = Kernel % kLines;
  int from = 0;
  for (; from + kLines <= Kernel; from += kLines)
    correlate_lines<Kernel, kLines>(plane, grad, dilation, from, sum);
  if constexpr (kLeft > 0) correlate_lines<Kernel, kLeft>(plane, grad, dilation, from, sum);
}

// Take the mean of every 3x3 pixels, zeros of the margin among them; `put(y, x, mean)` takes every pixel's.
// It is its own transpose: of gradients it makes gradients.
template <typename Put>
inline void average_plane(const Plane& plane, Put put) {
  const int row = plane.row();
  const auto column = [&](int y, int x) {
    const float* middle = plane.at(y, x);
    return load(middle - row) + load(middle) + load(middle + row);
  };
  const Vector ninth = broadcast(1.0F / 9.0F);
  for (int y = 0; y < plane.side; y++) {
    Vector left = column(y, -1), middle = column(y, 0);
    for (int x = 0; x < plane.side; x++) {
      const Vector right = column(y, x + 1);
      put(y, x, (left + middle + right) * ninth);
      left = middle, middle = right;
    }
  }
}

}  // namespace native
