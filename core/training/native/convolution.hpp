// One image through a convolution, and its weight gradient, with vectors of output channels.
//
// Images lie as [height][width][channels]. A convolution reads an image padded with kernel / 2 zeros on every
// side, so that no pixel is a special case. Output channels come in multiples of 8. The loops hold 8 to 16
// accumulators in registers: a fused multiply-add takes 4 cycles and two begin in each.
#pragma once

#include <algorithm>
#include <type_traits>

#include "halves.hpp"

namespace native {

// Output channels that are computed together, by vectors that fill a register each.
template <int Channels>
struct Block {
  static constexpr int kChannels = Channels, kLanesEach = std::min(kRegister, Channels),
                       kVectors = Channels / kLanesEach;
  // How many pixels or taps are computed together: sums of 12 registers of 16, or 16 to 24 of 32.
  static constexpr int kTile = kWide > kLanes || Channels == kLanes ? 8 : 6;
};

// Call `use` with the greatest block that `outputs` are a multiple of.
template <typename Use>
inline void with_block(int outputs, Use use) {
  if (outputs % (2 * kWide) == 0) return use(Block<2 * kWide>{});
  if constexpr (kWide > kLanes)
    if (outputs % kWide == 0) return use(Block<kWide>{});
  use(Block<kLanes>{});
}

// How many output channels are computed together.
inline int block_of(int outputs) {
  int channels = 0;
  with_block(outputs, [&](auto block) { channels = block.kChannels; });
  return channels;
}

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

// Put a matrix into `packed`, [columns / block][rows][block] for `multiply`; what a sum runs over are `rows`.
struct PackedMatrix {
  float* packed;
  int rows, columns;

  // Put what stands in `row` and, where a `Product` takes two together, in the next.
  void put(int row, int column, float first, float second) const {
    const int block = block_of(columns), each = Product::kEach;
    packed[(column / block * (rows / each) + row / each) * block + column % block] =
        each == 1 ? first : pair_of(first, second);
  }
};

// Pack the weights [outputs][inputs] of a 1x1 convolution; `rotated` for the gradient of the input.
inline void pack_matrix(const float* weight, int inputs, int outputs, bool rotated, float* packed) {
  const int columns = rotated ? inputs : outputs, rows = rotated ? outputs : inputs;
  const PackedMatrix matrix{packed, rows, columns};
  const auto at = [&](int row, int column) {
    return rotated ? weight[row * inputs + column] : weight[column * inputs + row];
  };
#pragma omp for schedule(static)
  for (int column = 0; column < columns; column++)
    for (int row = 0; row < rows; row += Product::kEach)
      matrix.put(row, column, at(row, column), Product::kEach == 1 ? 0 : at(row + 1, column));
}

// Whether what is left of a row is best done by fours, which fill the pipeline with two vectors each.
template <int Tile>
inline bool fours(int left) {
  return left == 4 || (left == 8 && Tile != 8);
}

// Call `tile` with the number of pixels of each tile, as a constant, and its first: `Tile` pixels together,
// and what is left over by fours and ones.
template <int Tile, typename Each>
inline void by_tiles(int count, Each each) {
  for (int first = 0; first < count;) {
    const int left = count - first;
    if (left >= Tile && !fours<Tile>(left)) {
      each(std::integral_constant<int, Tile>{}, first);
      first += Tile;
    } else if (left >= 4) {
      each(std::integral_constant<int, 4>{}, first);
      first += 4;
    } else {
      each(std::integral_constant<int, 1>{}, first);
      first += 1;
    }
  }
}

// `Tile` neighbouring pixels of one row, a block of channels each. `Inputs` are those of a pixel, in floats.
template <typename Product, int Kernel, int Inputs, typename Block, int Tile>
inline void convolve_tile(const float* image, int row, const float* weight, float* out, int outputs) {
  constexpr int kVectors = Block::kVectors, kEach = Block::kLanesEach;
  Vec<kEach> sum[Tile][kVectors] = {};
  for (int y = 0; y < Kernel; y++)
    for (int x = 0; x < Kernel; x++) {
      const float* pixel = image + y * row + x * Inputs;
#pragma GCC unroll 2
      for (int i = 0; i < Inputs; i++, weight += Block::kChannels) {
        Vec<kEach> w[kVectors];
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; v++) w[v] = load<kEach>(weight + v * kEach);
#pragma GCC unroll 16
        for (int t = 0; t < Tile; t++) {
          const auto value = broadcast<kEach>(pixel[t * Inputs + i]);
#pragma GCC unroll 4
          for (int v = 0; v < kVectors; v++) sum[t][v] = Product::add_product(sum[t][v], value, w[v]);
        }
      }
    }
#pragma GCC unroll 16
  for (int t = 0; t < Tile; t++)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; v++) store(out + t * outputs + v * kEach, sum[t][v]);
}

template <typename Product, int Kernel, int Inputs>
void convolve_rows(const float* image, int rows, int width, const float* weight, float* out, int outputs) {
  const int row = (width + Kernel - 1) * Inputs;
  with_block(outputs, [&](auto block) {
    typedef decltype(block) Block;
    // channels outermost: the weights of one block stay in the first-level cache
    for (int o = 0; o < outputs; o += Block::kChannels, weight += Kernel * Kernel * Inputs * Block::kChannels)
      for (int y = 0; y < rows; y++) {
        const float* from = image + y * row;
        float* to = out + y * width * outputs + o;
        by_tiles<Block::kTile>(width, [&](auto tile, int x) {
          convolve_tile<Product, Kernel, Inputs, Block, tile>(from + x * Inputs, row, weight,
                                                              to + x * outputs, outputs);
        });
      }
  });
}

constexpr int kColours = 3;  // of an image, which are no whole vector

// Whether the loops are compiled for this many input channels; as constants, they become fixed offsets.
inline bool has_kernel(int channels) {
  bool has = channels == kColours;
  with_channels(channels, [&](auto) { has = true; });
  return has;
}

template <typename Product, int Kernel>
void convolve_dispatch(const float* image, int rows, int width, int inputs, const float* weight, float* out,
                       int outputs) {
  const auto convolve = [&](auto inputs) {
    convolve_rows<Product, Kernel, inputs / Product::kEach>(image, rows, width, weight, out, outputs);
  };
  if constexpr (Product::kEach == 1)
    if (inputs == kColours) return convolve(std::integral_constant<int, kColours>{});
  with_channels(inputs, convolve);
}

// Convolve a padded image [side + kernel - 1][..][inputs] into `out` [side][side][outputs].
inline void convolve(const float* image, int side, int kernel, int inputs, const float* packed, float* out,
                     int outputs) {
  if (kernel == 3) return convolve_dispatch<Singles, 3>(image, side, side, inputs, packed, out, outputs);
  convolve_dispatch<Singles, 1>(image, side, side, inputs, packed, out, outputs);
}

// Multiply `count` rows, laid out as `Product::Rows`, with weights packed as for a kernel of 1.
inline void multiply(const float* rows, int count, int inputs, const float* packed, float* out, int outputs) {
  convolve_dispatch<Product, 1>(rows, 1, count, inputs, packed, out, outputs);
}

// Add to `sum` [taps][outputs], or to nothing where it is `fresh`, the products of `Taps` neighbouring floats
// of an image row, beginning a pixel of `inputs` floats further each time, with a block of gradients of the
// output, over `rows` rows.
template <typename Product, int Taps, typename Block>
inline void correlate_block(const float* image, int image_row, int inputs, const float* grad_output,
                            int grad_row, int outputs, int rows, int width, float* sum, bool fresh) {
  constexpr int kVectors = Block::kVectors, kEach = Block::kLanesEach;
  Vec<kEach> total[Taps][kVectors];
#pragma GCC unroll 16
  for (int t = 0; t < Taps; t++)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; v++)
      total[t][v] = fresh ? Vec<kEach>{} : load<kEach>(sum + t * outputs + v * kEach);
  for (int y = 0; y < rows; y++) {
    const float* pixel = image + y * image_row;
    const float* grad = grad_output + y * grad_row;
    for (int x = 0; x < width; x++, pixel += inputs, grad += outputs) {
      Vec<kEach> d[kVectors];
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; v++) d[v] = load<kEach>(grad + v * kEach);
#pragma GCC unroll 16
      for (int t = 0; t < Taps; t++) {
        const auto value = broadcast<kEach>(pixel[t]);
#pragma GCC unroll 4
        for (int v = 0; v < kVectors; v++) total[t][v] = Product::add_product(total[t][v], value, d[v]);
      }
    }
  }
#pragma GCC unroll 16
  for (int t = 0; t < Taps; t++)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; v++) store(sum + t * outputs + v * kEach, total[t][v]);
}

// The same for any number of taps and all outputs.
template <typename Product>
inline void correlate_taps(const float* image, int image_row, int inputs, int taps, const float* grad_output,
                           int grad_row, int outputs, int rows, int width, float* sum, bool fresh) {
  with_block(outputs, [&](auto block) {
    typedef decltype(block) Block;
    for (int o = 0; o < outputs; o += Block::kChannels)
      by_tiles<Block::kTile>(taps, [&](auto tile, int t) {
        correlate_block<Product, tile, Block>(image + t, image_row, inputs, grad_output + o, grad_row,
                                              outputs, rows, width, sum + t * outputs + o, fresh);
      });
  });
}

// Add to `sum` [inputs][outputs], or to nothing where it is `fresh`, the products of `count` rows of inputs
// with as many of gradients, both laid out as `Product::Columns`.
inline void correlate_row(const float* rows, int inputs, const float* grad_output, int outputs, int count,
                          float* sum, bool fresh) {
  const int pairs = (count + Product::kEach - 1) / Product::kEach;
  correlate_taps<Product>(rows, 0, inputs, inputs, grad_output, 0, outputs, 1, pairs, sum, fresh);
}

// Add the weight gradient of one image to `sum` [kernel][kernel][inputs][outputs], or to nothing where it is
// `fresh`. `grad_output` is the output's, [side][side][outputs] with `grad_row` floats from row to row;
// `image` is padded. What a row of the kernel sees lies side by side in memory.
inline void correlate(const float* image, int side, int kernel, int inputs, const float* grad_output,
                      int grad_row, int outputs, float* sum, bool fresh) {
  const int row = (side + kernel - 1) * inputs, taps = kernel * inputs;
  const int band = std::max(1, 128 / side);  // rows of both that fit the first-level cache together
  for (int y = 0; y < side; y += band)
    for (int k = 0; k < kernel; k++)
      correlate_taps<Singles>(image + (y + k) * row, row, inputs, taps, grad_output + y * grad_row, grad_row,
                              outputs, std::min(band, side - y), side, sum + k * taps * outputs,
                              fresh && y == 0);
}

constexpr int kPixelsTogether = 64;  // of a 1x1 convolution, laid out for products

// `multiply` for rows as they are, by bands; `laid_out` has room for one.
inline void multiply_rows(const float* rows, int count, int inputs, const float* packed, float* out,
                          int outputs, float* laid_out) {
  for (int first = 0; first < count; first += kPixelsTogether) {
    const int band = std::min(kPixelsTogether, count - first);
    lay_out<Product::Rows>(rows + first * inputs, band, inputs, 0, laid_out);
    multiply(laid_out, band, inputs, packed, out + first * outputs, outputs);
  }
}

}  // namespace native
