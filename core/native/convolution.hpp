// One image through a convolution, and its weight gradient, with AVX-sized vectors.
//
// Images lie as [height][width][channels]. A convolution reads an image with a border of kernel / 2 zeros on
// every side, so that no pixel is a special case. Output channels come in multiples of 8. The loops hold 8 to
// 12 accumulators in registers: a fused multiply-add takes 4 cycles and two begin in each.
#pragma once

#include <algorithm>
#include <cstring>

namespace native {

typedef float Vector __attribute__((vector_size(32)));
typedef float Unaligned __attribute__((vector_size(32), aligned(4)));

constexpr int kLanes = 8;
constexpr int kPair = 2 * kLanes;

inline Vector load(const float* from) { return *reinterpret_cast<const Unaligned*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<Unaligned*>(to) = value; }
inline Vector all(float x) { return Vector{x, x, x, x, x, x, x, x}; }

// How many output channels are computed together.
inline int block_of(int outputs) { return outputs % kPair == 0 ? kPair : kLanes; }

// Sort weights [outputs][kernel][kernel][inputs] into [outputs / block][kernel][kernel][inputs][block].
inline void pack(const float* weight, int kernel, int inputs, int outputs, float* packed) {
  const int block = block_of(outputs), taps = kernel * kernel * inputs;
  for (int o = 0; o < outputs; o++)
    for (int t = 0; t < taps; t++)
      packed[(o / block * taps + t) * block + o % block] = weight[o * taps + t];
}

// The same for the gradient of the input: inputs and outputs change places, and the kernel is turned round.
inline void pack_turned(const float* weight, int kernel, int inputs, int outputs, float* packed) {
  const int block = block_of(inputs), cells = kernel * kernel;
  for (int o = 0; o < outputs; o++)
    for (int k = 0; k < cells; k++)
      for (int i = 0; i < inputs; i++)
        packed[((i / block * cells + cells - 1 - k) * outputs + o) * block + i % block] =
            weight[(o * cells + k) * inputs + i];
}

// `Tile` neighbouring pixels of one row, `Vectors` * 8 channels each.
template <int Kernel, int Inputs, int Vectors, int Tile>
inline void convolve_tile(const float* image, int row, const float* weight, float* out, int outputs) {
  Vector sum[Tile][Vectors] = {};
  for (int y = 0; y < Kernel; y++)
    for (int x = 0; x < Kernel; x++) {
      const float* pixel = image + y * row + x * Inputs;
#pragma GCC unroll 2
      for (int i = 0; i < Inputs; i++, weight += Vectors * kLanes) {
        Vector w[Vectors];
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; v++) w[v] = load(weight + v * kLanes);
#pragma GCC unroll 12
        for (int t = 0; t < Tile; t++) {
          const Vector value = all(pixel[t * Inputs + i]);
#pragma GCC unroll 2
          for (int v = 0; v < Vectors; v++) sum[t][v] += value * w[v];
        }
      }
    }
#pragma GCC unroll 12
  for (int t = 0; t < Tile; t++)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) store(out + t * outputs + v * kLanes, sum[t][v]);
}

template <int Kernel, int Inputs, int Vectors, int Tile>
void convolve_row(const float* image, int row, const float* weight, float* out, int outputs, int width) {
  int x = 0;
  for (; x + Tile <= width; x += Tile)
    convolve_tile<Kernel, Inputs, Vectors, Tile>(image + x * Inputs, row, weight, out + x * outputs, outputs);
  for (; x + 4 <= width; x += 4)
    convolve_tile<Kernel, Inputs, Vectors, 4>(image + x * Inputs, row, weight, out + x * outputs, outputs);
  for (; x < width; x++)
    convolve_tile<Kernel, Inputs, Vectors, 1>(image + x * Inputs, row, weight, out + x * outputs, outputs);
}

template <int Kernel, int Inputs>
void convolve_known(const float* image, int side, const float* weight, float* out, int outputs) {
  const int row = (side + Kernel - 1) * Inputs, block = block_of(outputs);
  // channels outermost: the weights of one block stay in the first-level cache
  for (int o = 0; o < outputs; o += block, weight += Kernel * Kernel * Inputs * block)
    for (int y = 0; y < side; y++) {
      const float* from = image + y * row;
      float* to = out + y * side * outputs + o;
      if (block == kLanes)
        convolve_row<Kernel, Inputs, 1, 12>(from, row, weight, to, outputs, side);
      else if (side % 6 == 0 || side > kLanes)
        convolve_row<Kernel, Inputs, 2, 6>(from, row, weight, to, outputs, side);
      else
        convolve_row<Kernel, Inputs, 2, 4>(from, row, weight, to, outputs, side);
    }
}

// Whether there is a kernel for this many input channels; known at compile time, they become fixed offsets.
inline bool known(int channels) {
  return channels == 3 || channels == 8 || channels == 16 || channels == 24 || channels == 32 ||
         channels == 48 || channels == 64;
}

template <int Kernel>
void convolve_sized(const float* image, int side, int inputs, const float* weight, float* out, int outputs) {
  switch (inputs) {
    case 3: return convolve_known<Kernel, 3>(image, side, weight, out, outputs);
    case 8: return convolve_known<Kernel, 8>(image, side, weight, out, outputs);
    case 16: return convolve_known<Kernel, 16>(image, side, weight, out, outputs);
    case 24: return convolve_known<Kernel, 24>(image, side, weight, out, outputs);
    case 32: return convolve_known<Kernel, 32>(image, side, weight, out, outputs);
    case 48: return convolve_known<Kernel, 48>(image, side, weight, out, outputs);
    case 64: return convolve_known<Kernel, 64>(image, side, weight, out, outputs);
  }
}

// Convolve a bordered image [side + kernel - 1][..][inputs] into `out` [side][side][outputs].
inline void convolve(const float* image, int side, int kernel, int inputs, const float* packed, float* out,
                     int outputs) {
  if (kernel == 3) return convolve_sized<3>(image, side, inputs, packed, out, outputs);
  convolve_sized<1>(image, side, inputs, packed, out, outputs);
}

// Add to `sum` [..][outputs] the products of `Inputs` input channels with `Vectors` * 8 gradients of the
// output, over a band of `rows` rows.
template <int Inputs, int Vectors>
inline void correlate_block(const float* image, int image_row, int inputs, const float* gradient,
                            int gradient_row, int outputs, int rows, int width, float* sum) {
  Vector total[Inputs][Vectors];
#pragma GCC unroll 8
  for (int i = 0; i < Inputs; i++)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) total[i][v] = load(sum + i * outputs + v * kLanes);
  for (int y = 0; y < rows; y++) {
    const float* pixel = image + y * image_row;
    const float* slope = gradient + y * gradient_row;
    for (int x = 0; x < width; x++, pixel += inputs, slope += outputs) {
      Vector d[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; v++) d[v] = load(slope + v * kLanes);
#pragma GCC unroll 8
      for (int i = 0; i < Inputs; i++) {
        const Vector value = all(pixel[i]);
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; v++) total[i][v] += value * d[v];
      }
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Inputs; i++)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) store(sum + i * outputs + v * kLanes, total[i][v]);
}

template <int Vectors>
void correlate_cell(const float* image, int image_row, int inputs, const float* gradient, int gradient_row,
                    int outputs, int rows, int width, float* sum) {
  constexpr int kMost = Vectors == 2 ? 6 : 8;
  int i = 0;
  for (; i + kMost <= inputs; i += kMost)
    correlate_block<kMost, Vectors>(image + i, image_row, inputs, gradient, gradient_row, outputs, rows, width,
                                    sum + i * outputs);
  for (; i + 4 <= inputs; i += 4)
    correlate_block<4, Vectors>(image + i, image_row, inputs, gradient, gradient_row, outputs, rows, width,
                                sum + i * outputs);
  for (; i + 2 <= inputs; i += 2)
    correlate_block<2, Vectors>(image + i, image_row, inputs, gradient, gradient_row, outputs, rows, width,
                                sum + i * outputs);
  for (; i < inputs; i++)
    correlate_block<1, Vectors>(image + i, image_row, inputs, gradient, gradient_row, outputs, rows, width,
                                sum + i * outputs);
}

// Add the weight gradient of one image to `sum` [kernel][kernel][inputs][outputs]. `gradient` is the output's,
// [side][side][outputs] with `gradient_row` floats from row to row; `image` has its border.
inline void correlate(const float* image, int side, int kernel, int inputs, const float* gradient,
                      int gradient_row, int outputs, float* sum) {
  const int row = (side + kernel - 1) * inputs, block = block_of(outputs);
  const int band = std::max(1, 128 / side);  // rows of both that fit the first-level cache together
  for (int y = 0; y < side; y += band)
    for (int k = 0; k < kernel * kernel; k++)
      for (int o = 0; o < outputs; o += block) {
        const float* from = image + (y + k / kernel) * row + k % kernel * inputs;
        const float* slope = gradient + y * gradient_row + o;
        float* to = sum + k * inputs * outputs + o;
        const int rows = std::min(band, side - y);
        if (block == kPair)
          correlate_cell<2>(from, row, inputs, slope, gradient_row, outputs, rows, side, to);
        else
          correlate_cell<1>(from, row, inputs, slope, gradient_row, outputs, rows, side, to);
      }
}

}  // namespace native
