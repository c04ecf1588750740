// Products of pixels with a matrix of any width, a band of pixels at a time: what blocks of wide kernels
// multiply, in which the products, and all that stands between them, never leave the second-level cache.
//
// A band's rows lie `kRow` numbers apart, however many of them a pixel has: offsets in the loops are
// constants and the loops are compiled once. Outputs, in multiples of 8, are computed by the widest blocks
// that fit.
#pragma once

#include "batch_chunks.hpp"

namespace native {

constexpr int kRow = 192;            // numbers from row to row, and the most that a product runs over
constexpr int kBand = 64;            // pixels of a band
constexpr int kMostWide = kRow / 2;  // channels of a block whose 1x1 convolution doubles them

// Call `each` with a block and its first output: blocks of two wide vectors, and what is left by narrower
// ones.
template <typename Each>
inline void by_blocks(int outputs, Each each) {
  int o = 0;
  for (; o + 2 * kWide <= outputs; o += 2 * kWide) each(Block<2 * kWide>{}, o);
  if constexpr (kWide > kLanes)
    if (o + kWide <= outputs) each(Block<kWide>{}, o), o += kWide;
  if (o < outputs) each(Block<kLanes>{}, o);
}

// Pack a matrix of which `at(row, column)` gives the elements, [rows][columns], for `multiply_band`: a block
// of columns after the other, [rows][block] each, rows by twos where a `Product` takes two together. A sum
// runs over the rows, an even number. All threads of a team call it together.
template <typename At>
inline void pack_blocks(int rows, int columns, At at, float* packed) {
  const int pairs = rows / Product::kEach;
#pragma omp for schedule(static)
  for (int pair = 0; pair < pairs; pair++)
    by_blocks(columns, [&](auto block, int first) {
      constexpr int kChannels = decltype(block)::kChannels;
      for (int c = 0; c < kChannels; c++) {
        const int row = pair * Product::kEach, column = first + c;
        packed[first * pairs + pair * kChannels + c] =
            Product::kEach == 1 ? at(row, column) : pair_of(at(row, column), at(row + 1, column));
      }
    });
}

// How many pixels a block takes together: as many sums as fill the pipeline, and registers hold.
template <typename Block>
constexpr int tile_of() {
  return kWide > kLanes && Block::kChannels == kLanes ? 16 : Block::kTile;
}

template <typename Block, int Tile>
inline void multiply_tile(const float* rows, int pairs, const float* packed, float* out, int outputs,
                          bool adds) {
  constexpr int kVectors = Block::kVectors, kEach = Block::kLanesEach, kStep = kRow / Product::kEach;
  Vec<kEach> sum[Tile][kVectors] = {};
  for (int i = 0; i < pairs; i++, packed += Block::kChannels) {
    Vec<kEach> w[kVectors];
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; v++) w[v] = load<kEach>(packed + v * kEach);
#pragma GCC unroll 16
    for (int t = 0; t < Tile; t++) {
      const auto value = broadcast<kEach>(rows[t * kStep + i]);
#pragma GCC unroll 4
      for (int v = 0; v < kVectors; v++) sum[t][v] = Product::add_product(sum[t][v], value, w[v]);
    }
  }
#pragma GCC unroll 16
  for (int t = 0; t < Tile; t++)
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; v++) {
      float* to = out + t * outputs + v * kEach;
      store(to, adds ? load<kEach>(to) + sum[t][v] : sum[t][v]);
    }
}

// Write the products of `count` rows of `inputs` numbers, laid out as `Product::Rows` of `kRow`, with a
// packed matrix: `out` [count][outputs]; or add them to what is there.
inline void multiply_band(const float* rows, int count, int inputs, const float* packed, float* out,
                          int outputs, bool adds = false) {
  const int pairs = inputs / Product::kEach;
  by_blocks(outputs, [&](auto block, int o) {
    typedef decltype(block) Block;
    by_tiles<tile_of<Block>()>(count, [&](auto tile, int p) {
      multiply_tile<Block, tile>(rows + p * (kRow / Product::kEach), pairs, packed + o * pairs,
                                 out + p * outputs + o, outputs, adds);
    });
  });
}

// Add to `sum` [inputs][outputs], or to nothing where it is `fresh`, the products of `count` rows of inputs
// with as many of gradients, both laid out as `Product::Columns`, one row's channels after the other's.
inline void correlate_band(const float* rows, int inputs, const float* grad_output, int outputs, int count,
                           float* sum, bool fresh) {
  const int pairs = (count + Product::kEach - 1) / Product::kEach;
  by_blocks(outputs, [&](auto block, int o) {
    typedef decltype(block) Block;
    by_tiles<Block::kTile>(inputs, [&](auto tile, int i) {
      correlate_block<Product, tile, Block>(rows + i, 0, inputs, grad_output + o, 0, outputs, 1, pairs,
                                            sum + i * outputs + o, fresh);
    });
  });
}

// Add up the chunks' sums [inputs][outputs] into weights [outputs][inputs]. All threads call it together.
inline void reduce_matrix(const float* parts, size_t stride, int inputs, int outputs, float* weight) {
#pragma omp for schedule(static)
  for (int i = 0; i < inputs; i++)
    for (int o = 0; o < outputs; o += kLanes) {
      const Vector sum = sum_chunks(parts + i * outputs + o, stride);
      for (int lane = 0; lane < kLanes; lane++) weight[(o + lane) * inputs + i] = sum[lane];
    }
}

// Put a vector of row `row` where products with weights look for it.
template <typename Value>
inline void put_row(float* rows, int row, int c, Value value) {
  Product::Rows::put(rows, row, kRow, c, value);
}

// Put those of two rows, of which the first is even, where sums over rows look for them; `channels` a row.
template <typename Layout = Product::Columns, typename Value>
inline void put_columns(float* rows, int row, int channels, int c, Value first, Value second) {
  if constexpr (Layout::kTogether == 2) {
    Layout::put_pair(rows, row, channels, c, first, second);
  } else {
    Layout::put(rows, row, channels, c, first);
    Layout::put(rows, row + 1, channels, c, second);
  }
}

}  // namespace native
