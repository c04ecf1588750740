// One image through a convolution, and its weight gradient, with AVX-sized vectors.
//
// Images lie as [height][width][channels]. A convolution reads an image padded with kernel / 2 zeros on every
// side, so that no pixel is a special case. Output channels come in multiples of 8. The loops hold 8 to 12
// accumulators in registers: a fused multiply-add takes 4 cycles and two begin in each.
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
inline Vector broadcast(float x) { return Vector{x, x, x, x, x, x, x, x}; }

// How many output channels are computed together.
inline int block_of(int outputs) { return outputs % kPair == 0 ? kPair : kLanes; }

// Sort weights [outputs][kernel][kernel][inputs] into [outputs / block][kernel][kernel][inputs][block]. All
// threads of a team call it together.
inline void pack(const float* weight, int kernel, int inputs, int outputs, float* packed) {
  const int block = block_of(outputs), taps = kernel * kernel * inputs;
#pragma omp for schedule(static)
  for (int o = 0; o < outputs; o++)
    for (int t = 0; t < taps; t++) packed[(o / block * taps + t) * block + o % block] = weight[o * taps + t];
}

// The same for the gradient of the input: inputs and outputs change places, and the kernel is rotated by 180
// degrees.
inline void pack_rotated(const float* weight, int kernel, int inputs, int outputs, float* packed) {
  const int block = block_of(inputs), cells = kernel * kernel;
#pragma omp for schedule(static)
  for (int o = 0; o < outputs; o++)
    for (int k = 0; k < cells; k++)
      for (int i = 0; i < inputs; i++)
        packed[((i / block * cells + cells - 1 - k) * outputs + o) * block + i % block] =
            weight[(o * cells + k) * inputs + i];
}

// Whether what is left of a row is best done by fours, which fill the pipeline with two vectors each.
inline bool fours(int left) { return left == 4 || left == 8; }

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
          const Vector value = broadcast(pixel[t * Inputs + i]);
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

// Two vectors go in tiles of 6 pixels, and of 4 where that leaves nothing over; one vector in tiles of 8.
template <int Kernel, int Inputs, int Vectors>
void convolve_row(const float* image, int row, const float* weight, float* out, int outputs, int width) {
  constexpr int kTile = Vectors == 2 ? 6 : 8;
  for (int x = 0; x < width;) {
    const int left = width - x;
    const float* from = image + x * Inputs;
    float* to = out + x * outputs;
    if (left >= kTile && !fours(left)) {
      convolve_tile<Kernel, Inputs, Vectors, kTile>(from, row, weight, to, outputs);
      x += kTile;
    } else if (left >= 4) {
      convolve_tile<Kernel, Inputs, Vectors, 4>(from, row, weight, to, outputs);
      x += 4;
    } else {
      convolve_tile<Kernel, Inputs, Vectors, 1>(from, row, weight, to, outputs);
      x += 1;
    }
  }
}

template <int Kernel, int Inputs>
void convolve_rows(const float* image, int rows, int width, const float* weight, float* out, int outputs) {
  const int row = (width + Kernel - 1) * Inputs, block = block_of(outputs);
  // channels outermost: the weights of one block stay in the first-level cache
  for (int o = 0; o < outputs; o += block, weight += Kernel * Kernel * Inputs * block)
    for (int y = 0; y < rows; y++) {
      const float* from = image + y * row;
      float* to = out + y * width * outputs + o;
      if (block == kPair)
        convolve_row<Kernel, Inputs, 2>(from, row, weight, to, outputs, width);
      else
        convolve_row<Kernel, Inputs, 1>(from, row, weight, to, outputs, width);
    }
}

// Whether the loops are compiled for this many input channels; as constants, they become fixed offsets.
inline bool has_kernel(int channels) {
  return channels == 3 || channels == 8 || channels == 16 || channels == 24 || channels == 32 ||
         channels == 48 || channels == 64;
}

template <int Kernel>
void convolve_dispatch(const float* image, int rows, int width, int inputs, const float* weight, float* out,
                       int outputs) {
  switch (inputs) {
    case 3: return convolve_rows<Kernel, 3>(image, rows, width, weight, out, outputs);
    case 8: return convolve_rows<Kernel, 8>(image, rows, width, weight, out, outputs);
    case 16: return convolve_rows<Kernel, 16>(image, rows, width, weight, out, outputs);
    case 24: return convolve_rows<Kernel, 24>(image, rows, width, weight, out, outputs);
    case 32: return convolve_rows<Kernel, 32>(image, rows, width, weight, out, outputs);
    case 48: return convolve_rows<Kernel, 48>(image, rows, width, weight, out, outputs);
    case 64: return convolve_rows<Kernel, 64>(image, rows, width, weight, out, outputs);
  }
}

// Convolve a padded image [side + kernel - 1][..][inputs] into `out` [side][side][outputs].
inline void convolve(const float* image, int side, int kernel, int inputs, const float* packed, float* out,
                     int outputs) {
  if (kernel == 3) return convolve_dispatch<3>(image, side, side, inputs, packed, out, outputs);
  convolve_dispatch<1>(image, side, side, inputs, packed, out, outputs);
}

// Multiply `count` rows of `inputs` floats with weights packed as for a kernel of 1.
inline void multiply(const float* rows, int count, int inputs, const float* packed, float* out, int outputs) {
  convolve_dispatch<1>(rows, 1, count, inputs, packed, out, outputs);
}

// Add to `sum` [taps][outputs] the products of `Taps` neighbouring floats of an image row, beginning a pixel
// of `inputs` floats further each time, with `Vectors` * 8 gradients of the output, over `rows` rows.
template <int Taps, int Vectors>
inline void correlate_block(const float* image, int image_row, int inputs, const float* grad_output,
                            int grad_row, int outputs, int rows, int width, float* sum) {
  Vector total[Taps][Vectors];
#pragma GCC unroll 8
  for (int t = 0; t < Taps; t++)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) total[t][v] = load(sum + t * outputs + v * kLanes);
  for (int y = 0; y < rows; y++) {
    const float* pixel = image + y * image_row;
    const float* grad = grad_output + y * grad_row;
    for (int x = 0; x < width; x++, pixel += inputs, grad += outputs) {
      Vector d[Vectors];
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; v++) d[v] = load(grad + v * kLanes);
#pragma GCC unroll 8
      for (int t = 0; t < Taps; t++) {
        const Vector value = broadcast(pixel[t]);
#pragma GCC unroll 2
        for (int v = 0; v < Vectors; v++) total[t][v] += value * d[v];
      }
    }
  }
#pragma GCC unroll 8
  for (int t = 0; t < Taps; t++)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) store(sum + t * outputs + v * kLanes, total[t][v]);
}

template <int Vectors>
void correlate_taps(const float* image, int image_row, int inputs, int taps, const float* grad_output,
                    int grad_row, int outputs, int rows, int width, float* sum) {
  constexpr int kMost = Vectors == 2 ? 6 : 8;
  const auto add = [&](auto block, int t) {
    block(image + t, image_row, inputs, grad_output, grad_row, outputs, rows, width, sum + t * outputs);
  };
  for (int t = 0; t < taps;) {
    const int left = taps - t;
    if (left >= kMost && !fours(left)) {
      add(correlate_block<kMost, Vectors>, t);
      t += kMost;
    } else if (left >= 4) {
      add(correlate_block<4, Vectors>, t);
      t += 4;
    } else {
      add(correlate_block<1, Vectors>, t);
      t += 1;
    }
  }
}

// Add to `sum` [inputs][outputs] the products of `count` rows of inputs with as many of gradients.
inline void correlate_row(const float* rows, int inputs, const float* grad_output, int outputs, int count,
                          float* sum) {
  const int block = block_of(outputs);
  for (int o = 0; o < outputs; o += block)
    if (block == kPair)
      correlate_taps<2>(rows, 0, inputs, inputs, grad_output + o, 0, outputs, 1, count, sum + o);
    else
      correlate_taps<1>(rows, 0, inputs, inputs, grad_output + o, 0, outputs, 1, count, sum + o);
}

// Add the weight gradient of one image to `sum` [kernel][kernel][inputs][outputs]. `grad_output` is the
// output's, [side][side][outputs] with `grad_row` floats from row to row; `image` is padded. What a row of
// the kernel sees lies side by side in memory.
inline void correlate(const float* image, int side, int kernel, int inputs, const float* grad_output,
                      int grad_row, int outputs, float* sum) {
  const int row = (side + kernel - 1) * inputs, block = block_of(outputs), taps = kernel * inputs;
  const int band = std::max(1, 128 / side);  // rows of both that fit the first-level cache together
  for (int y = 0; y < side; y += band)
    for (int k = 0; k < kernel; k++)
      for (int o = 0; o < outputs; o += block) {
        const float *from = image + (y + k) * row, *grad = grad_output + y * grad_row + o;
        float* to = sum + k * taps * outputs + o;
        const int rows = std::min(band, side - y);
        if (block == kPair)
          correlate_taps<2>(from, row, inputs, taps, grad, grad_row, outputs, rows, side, to);
        else
          correlate_taps<1>(from, row, inputs, taps, grad, grad_row, outputs, rows, side, to);
      }
}

}  // namespace native
