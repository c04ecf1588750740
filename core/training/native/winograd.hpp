// 3x3 convolutions with 16 multiplications where 36 were: Winograd's F(2x2, 3x3), as in Lavin & Gray 2016,
// "Fast algorithms for convolutional neural networks", section 4.1.
//
// A tile of 2x2 outputs sees 4x4 inputs d. With U = G w G', V = B' d B and y = A' (U * V) A, each of the 16
// places of U and V is a matrix product over tiles, inputs and outputs. The weight gradient is taken in the
// same way: that of U is the product of V with A dy A', and that of w is G' dU G.
#pragma once

#include "gathered_rows.hpp"

namespace native {

constexpr int kPlaces = 16;
constexpr int kTilesTogether = 64;  // 16 places of them and their products stay in the second-level cache

// How many tiles of images there is room for: a band's, or those of several smaller images.
inline int tile_room(int side) { return std::max(kTilesTogether, side / 2); }

// Tile rows `first` to `first` + `rows`, with `tiles` tiles together, at each place the rows from `at`.
struct Band {
  int first, rows, tiles, room, at = 0;

  // How far one place is from the next, in floats.
  template <typename Layout>
  int place(int channels) const {
    return place_floats<Layout>(room, channels);
  }
};

inline Band band_of(int side, int first) {
  const int across = side / 2, rows = std::max(1, std::min(kTilesTogether / across, across - first));
  return {first, rows, rows * across, tile_room(side)};
}

// Floats that a band takes: 16 places of each tile.
inline size_t tile_floats(int side, int channels) {
  return static_cast<size_t>(kPlaces) * place_floats<Singles::Rows>(tile_room(side), channels);
}

template <typename Value>
inline void filter_rows(const Value w[3], Value u[4]) {
  u[0] = w[0];
  u[1] = (w[0] + w[1] + w[2]) * 0.5F;
  u[2] = (w[0] - w[1] + w[2]) * 0.5F;
  u[3] = w[2];
}

// Transform the weights between one input and one output, `step` floats from cell to cell, to their 16
// places.
inline void weights_to_places(const float* weight, int step, bool rotated, float place[kPlaces]) {
  float half[4][3];
  for (int x = 0; x < 3; x++) {
    float w[3], u[4];
    for (int y = 0; y < 3; y++) {
      const int cell = y * 3 + x;
      w[y] = weight[(rotated ? 8 - cell : cell) * step];
    }
    filter_rows(w, u);
    for (int y = 0; y < 4; y++) half[y][x] = u[y];
  }
  for (int y = 0; y < 4; y++) filter_rows(half[y], place + 4 * y);
}

// Transform weights [outputs][3][3][inputs] and sort them place by place as `pack_matrix` does; `rotated` for
// the gradient of the input, where inputs and outputs change places and the kernel is rotated by 180 degrees.
// All threads of a team call it together.
inline void pack_tiles(const float* weight, int inputs, int outputs, bool rotated, float* packed) {
  const int columns = rotated ? inputs : outputs, rows = rotated ? outputs : inputs;
  const auto at = [&](int row, int column) {
    return weight + (rotated ? row * 9 * inputs + column : column * 9 * inputs + row);
  };
#pragma omp for schedule(static)
  for (int column = 0; column < columns; column++)
    for (int row = 0; row < rows; row += Product::kEach) {
      float first[kPlaces], second[kPlaces] = {};
      weights_to_places(at(row, column), inputs, rotated, first);
      if (Product::kEach == 2) weights_to_places(at(row + 1, column), inputs, rotated, second);
      for (int k = 0; k < kPlaces; k++)
        PackedMatrix{packed + k * (rows / Product::kEach) * columns, rows, columns}.put(row, column, first[k],
                                                                                        second[k]);
    }
}

// Put the values of `Tiles` tiles, the first of which stands first of what `Layout` takes together.
template <typename Layout, int Tiles, typename Value>
inline void put_tiles(float* place, int tile, int channels, int c, const Value (&values)[Tiles]) {
  if constexpr (Tiles == 2)
    Layout::put_pair(place, tile, channels, c, values[0], values[1]);
  else
    Layout::put(place, tile, channels, c, values[0]);
}

// Call `each` with how many tiles are laid out at once, as a constant: two where `Layout` takes them together
// and the `across` of a row, the first of which is tile `first`, are whole pairs.
template <typename Layout, typename Each>
inline void by_tiles_together(int first, int across, Each each) {
  if constexpr (Layout::kTogether == 2)
    if (first % 2 == 0 && across % 2 == 0) return each(std::integral_constant<int, 2>{});
  each(std::integral_constant<int, 1>{});
}

// V of a band: `tiles` [16][tiles][channels], each place laid out as `Layout`, from a padded image. Of four
// columns a tile shares two with the next.
template <typename Layout>
inline void inputs_to_tiles(const float* image, int side, int channels, Band band, float* tiles) {
  const int place = band.place<Layout>(channels), across = side / 2;
  const auto transform = [&](auto together, auto count) {
    constexpr int kTiles = together, kChannels = count, kColumns = 2 + 2 * kTiles;
    const int row = (side + 2) * kChannels;
    for (int y = 0; y < band.rows; y++)
      by_vectors(kChannels, [&](auto width, int c) {
        constexpr int kEach = width.kCount;
        const float* from = image + 2 * (band.first + y) * row + c;
        Vec<kEach> half[4][kColumns];
        const auto columns = [&](int first, int end) __attribute__((always_inline)) {
#pragma GCC unroll 4
          for (int j = first; j < end; j++, from += kChannels) {
            Vec<kEach> d[4];
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++) d[i] = load<kEach>(from + i * row);
            half[0][j] = d[0] - d[2];
            half[1][j] = d[1] + d[2];
            half[2][j] = d[2] - d[1];
            half[3][j] = d[1] - d[3];
          }
        };
        columns(0, 2);
        for (int tile = band.at + y * across, end = tile + across; tile < end; tile += kTiles) {
          columns(2, kColumns);
          float* to = tiles;
#pragma GCC unroll 4
          for (int i = 0; i < 4; i++) {
            Vec<kEach> v[4][kTiles];
#pragma GCC unroll 2
            for (int t = 0; t < kTiles; t++) {
              const Vec<kEach>* h = half[i] + 2 * t;
              v[0][t] = h[0] - h[2];
              v[1][t] = h[1] + h[2];
              v[2][t] = h[2] - h[1];
              v[3][t] = h[1] - h[3];
            }
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++, to += place) put_tiles<Layout>(to, tile, kChannels, c, v[j]);
            half[i][0] = half[i][kColumns - 2];
            half[i][1] = half[i][kColumns - 1];
          }
        }
      });
  };
  by_tiles_together<Layout>(band.at, across, [&](auto together) {
    with_channels(channels, [&](auto count) { transform(together, count); });
  });
}

// A' m A: the outputs of a band, into `out` [side][side][channels].
inline void tiles_to_outputs(const float* tiles, int side, int channels, Band band, float* out) {
  const int place = band.place<Singles::Rows>(channels), across = side / 2;
  with_channels(channels, [&](auto count) {
    constexpr int kChannels = count;
    const int row = side * kChannels;
    for (int y = 0; y < band.rows; y++)
      for (int x = 0; x < across; x++, tiles += kChannels) {
        float* first = out + 2 * (band.first + y) * row + 2 * x * kChannels;
        by_vectors(kChannels, [&](auto width, int c) {
          constexpr int kEach = width.kCount;
          Vec<kEach> half[2][4];
#pragma GCC unroll 4
          for (int j = 0; j < 4; j++) {
            const float* from = tiles + c + j * place;
            Vec<kEach> m[4];
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++, from += 4 * place) m[i] = load<kEach>(from);
            half[0][j] = m[0] + m[1] + m[2];
            half[1][j] = m[1] - m[2] - m[3];
          }
          float* to = first + c;
#pragma GCC unroll 2
          for (int i = 0; i < 2; i++, to += row) {
            store(to, half[i][0] + half[i][1] + half[i][2]);
            store(to + kChannels, half[i][1] - half[i][2] - half[i][3]);
          }
        });
      }
  });
}

// A dy A': `tiles` [16][tiles][channels] from the outputs' gradient, `row` floats from row to row, for sums
// over the tiles.
inline void grad_output_to_tiles(const float* grad_output, int row, int side, int channels, Band band,
                                 float* tiles) {
  typedef GatheredRows::Layout Layout;
  const int place = band.place<Layout>(channels), across = side / 2;
  const auto transform = [&](auto together, auto count) {
    constexpr int kTiles = together, kChannels = count;
    for (int tile = band.at, y = 0; y < band.rows; y++)
      for (int x = 0; x < across; x += kTiles, tile += kTiles) {
        const float* from = grad_output + 2 * (band.first + y) * row + 2 * x * kChannels;
        by_vectors(kChannels, [&](auto width, int c) {
          constexpr int kEach = width.kCount;
          Vec<kEach> half[4][2 * kTiles];
#pragma GCC unroll 4
          for (int j = 0; j < 2 * kTiles; j++) {
            const auto upper = load<kEach>(from + j * kChannels + c),
                       lower = load<kEach>(from + row + j * kChannels + c);
            half[0][j] = upper;
            half[1][j] = upper + lower;
            half[2][j] = upper - lower;
            half[3][j] = -lower;
          }
          float* to = tiles;
#pragma GCC unroll 4
          for (int i = 0; i < 4; i++) {
            Vec<kEach> u[4][kTiles];
#pragma GCC unroll 2
            for (int t = 0; t < kTiles; t++) {
              const Vec<kEach>* h = half[i] + 2 * t;
              u[0][t] = h[0];
              u[1][t] = h[0] + h[1];
              u[2][t] = h[0] - h[1];
              u[3][t] = -h[1];
            }
#pragma GCC unroll 4
            for (int j = 0; j < 4; j++, to += place) put_tiles<Layout>(to, tile, kChannels, c, u[j]);
          }
        });
      }
  };
  by_tiles_together<Layout>(band.at, across, [&](auto together) {
    with_channels(channels, [&](auto count) { transform(together, count); });
  });
}

// One thread's workspace: two times `tile_floats`.
struct Workspace {
  float *inputs, *outputs;
};

// As `convolve` with a kernel of 3, the weights packed by `pack_tiles`.
inline void convolve_tiles(const float* image, int side, int inputs, const float* packed, float* out,
                           int outputs, Workspace workspace) {
  const int matrix = inputs / Product::kEach * outputs;
  for (Band band = band_of(side, 0); band.first < side / 2; band = band_of(side, band.first + band.rows)) {
    inputs_to_tiles<Product::Rows>(image, side, inputs, band, workspace.inputs);
    for (int k = 0; k < kPlaces; k++)
      multiply(workspace.inputs + k * band.place<Product::Rows>(inputs), band.tiles, inputs,
               packed + k * matrix, workspace.outputs + k * band.place<Singles::Rows>(outputs), outputs);
    tiles_to_outputs(workspace.outputs, side, outputs, band, out);
  }
}

// As `correlate` with a kernel of 3, but for U: the sum is [16][inputs][outputs].
inline void correlate_tiles(const float* image, int side, int inputs, const float* grad_output, int grad_row,
                            int outputs, GatheredRows& gathered) {
  for (Band band = band_of(side, 0); band.first < side / 2; band = band_of(side, band.first + band.rows)) {
    band.at = gathered.next(band.tiles);
    inputs_to_tiles<GatheredRows::Layout>(image, side, inputs, band, gathered.input_rows);
    grad_output_to_tiles(grad_output, grad_row, side, outputs, band, gathered.grad_rows);
  }
}

// G' dU G: the gradients of the nine weights between one input and `kLanes` outputs from those of U.
inline void tiles_to_grad_weight(const Vector places[kPlaces], Vector weights[9]) {
  const auto filter_backward = [](const Vector u[4], Vector w[3]) {
    const Vector half_sum = (u[1] + u[2]) * 0.5F, half_difference = (u[1] - u[2]) * 0.5F;
    w[0] = u[0] + half_sum;
    w[1] = half_difference;
    w[2] = half_sum + u[3];
  };
  Vector half[3][4];
  for (int x = 0; x < 4; x++) {
    const Vector column[4] = {places[x], places[4 + x], places[8 + x], places[12 + x]};
    Vector w[3];
    filter_backward(column, w);
    for (int y = 0; y < 3; y++) half[y][x] = w[y];
  }
  for (int y = 0; y < 3; y++) filter_backward(half[y], weights + 3 * y);
}

}  // namespace native
