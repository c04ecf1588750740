// 3x3 convolutions with 16 multiplications where 36 were: Winograd's F(2x2, 3x3), as in Lavin & Gray 2016,
// "Fast algorithms for convolutional neural networks", section 4.1.
//
// A tile of 2x2 outputs sees 4x4 inputs d. With U = G w G', V = B' d B and y = A' (U * V) A, each of the 16
// places of U and V is a matrix product over tiles, inputs and outputs. The weight gradient is taken in the
// same way: that of U is the product of V with A dy A', and that of w is G' dU G.
#pragma once

#include "convolution.hpp"

namespace native {

constexpr int kPlaces = 16;
constexpr int kTilesTogether = 16;  // 16 places of them and their products stay in the second-level cache

// Tile rows `first` to `first` + `rows`, with `tiles` tiles together.
struct Band {
  int first, rows, tiles;

  // How far one place is from the next, in floats; a line more than they take, for at a power of two all
  // sixteen would share one set of the first-level cache.
  int place(int channels) const { return tiles * channels + kPair; }
};

inline Band band_of(int side, int first) {
  const int across = side / 2, rows = std::max(1, std::min(kTilesTogether / across, across - first));
  return {first, rows, rows * across};
}

// Floats that a band takes: 16 places of each tile.
inline size_t tile_floats(int side, int channels) {
  return static_cast<size_t>(kPlaces) * (std::max(kTilesTogether, side / 2) * channels + kPair);
}

template <typename Value>
inline void filter_rows(const Value w[3], Value u[4]) {
  u[0] = w[0];
  u[1] = (w[0] + w[1] + w[2]) * 0.5F;
  u[2] = (w[0] - w[1] + w[2]) * 0.5F;
  u[3] = w[2];
}

// Transform weights [outputs][3][3][inputs] and sort them place by place as `pack` does; `rotated` for the
// gradient of the input, where inputs and outputs change places and the kernel is rotated by 180 degrees. All
// threads of a team call it together.
inline void pack_tiles(const float* weight, int inputs, int outputs, bool rotated, float* packed) {
  const int columns = rotated ? inputs : outputs, rows = rotated ? outputs : inputs,
            block = block_of(columns);
#pragma omp for schedule(static)
  for (int o = 0; o < outputs; o++)
    for (int i = 0; i < inputs; i++) {
      float half[4][3], place[4][4];
      for (int x = 0; x < 3; x++) {
        float w[3], u[4];
        for (int y = 0; y < 3; y++) {
          const int cell = y * 3 + x;
          w[y] = weight[(o * 9 + (rotated ? 8 - cell : cell)) * inputs + i];
        }
        filter_rows(w, u);
        for (int y = 0; y < 4; y++) half[y][x] = u[y];
      }
      for (int y = 0; y < 4; y++) filter_rows(half[y], place[y]);
      const int column = rotated ? i : o, row = rotated ? o : i;
      for (int k = 0; k < kPlaces; k++)
        packed[k * rows * columns + (column / block * rows + row) * block + column % block] =
            place[k / 4][k % 4];
    }
}

// V of a band: `tiles` [16][tiles][channels] from a padded image.
inline void inputs_to_tiles(const float* image, int side, int channels, Band band, float* tiles) {
  const int row = (side + 2) * channels, place = band.place(channels);
  for (int y = 0; y < band.rows; y++)
    for (int x = 0; x < side / 2; x++, tiles += channels)
      for (int c = 0; c < channels; c += kLanes) {
        const float* from = image + 2 * (band.first + y) * row + 2 * x * channels + c;
        Vector half[4][4];
        for (int j = 0; j < 4; j++) {
          Vector d[4];
          for (int i = 0; i < 4; i++) d[i] = load(from + i * row + j * channels);
          half[0][j] = d[0] - d[2];
          half[1][j] = d[1] + d[2];
          half[2][j] = d[2] - d[1];
          half[3][j] = d[1] - d[3];
        }
        float* to = tiles + c;
        for (int i = 0; i < 4; i++, to += 4 * place) {
          store(to, half[i][0] - half[i][2]);
          store(to + place, half[i][1] + half[i][2]);
          store(to + 2 * place, half[i][2] - half[i][1]);
          store(to + 3 * place, half[i][1] - half[i][3]);
        }
      }
}

// A' m A: the outputs of a band, into `out` [side][side][channels].
inline void tiles_to_outputs(const float* tiles, int side, int channels, Band band, float* out) {
  const int row = side * channels, place = band.place(channels);
  for (int y = 0; y < band.rows; y++)
    for (int x = 0; x < side / 2; x++, tiles += channels)
      for (int c = 0; c < channels; c += kLanes) {
        Vector half[2][4];
        for (int j = 0; j < 4; j++) {
          Vector m[4];
          for (int i = 0; i < 4; i++) m[i] = load(tiles + c + (i * 4 + j) * place);
          half[0][j] = m[0] + m[1] + m[2];
          half[1][j] = m[1] - m[2] - m[3];
        }
        float* to = out + 2 * (band.first + y) * row + 2 * x * channels + c;
        for (int i = 0; i < 2; i++, to += row) {
          store(to, half[i][0] + half[i][1] + half[i][2]);
          store(to + channels, half[i][1] - half[i][2] - half[i][3]);
        }
      }
}

// A dy A': `tiles` [16][tiles][channels] from the outputs' gradient, `row` floats from row to row.
inline void grad_output_to_tiles(const float* grad_output, int row, int side, int channels, Band band,
                                 float* tiles) {
  const int place = band.place(channels);
  for (int y = 0; y < band.rows; y++)
    for (int x = 0; x < side / 2; x++, tiles += channels)
      for (int c = 0; c < channels; c += kLanes) {
        const float* from = grad_output + 2 * (band.first + y) * row + 2 * x * channels + c;
        Vector half[4][2];
        for (int j = 0; j < 2; j++) {
          const Vector upper = load(from + j * channels), lower = load(from + row + j * channels);
          half[0][j] = upper;
          half[1][j] = upper + lower;
          half[2][j] = upper - lower;
          half[3][j] = -lower;
        }
        float* to = tiles + c;
        for (int i = 0; i < 4; i++, to += 4 * place) {
          store(to, half[i][0]);
          store(to + place, half[i][0] + half[i][1]);
          store(to + 2 * place, half[i][0] - half[i][1]);
          store(to + 3 * place, -half[i][1]);
        }
      }
}

// One thread's workspace: two times `tile_floats`.
struct Workspace {
  float *inputs, *outputs;
};

// As `convolve` with a kernel of 3, the weights packed by `pack_tiles`.
inline void convolve_tiles(const float* image, int side, int inputs, const float* packed, float* out,
                           int outputs, Workspace workspace) {
  for (Band band = band_of(side, 0); band.first < side / 2; band = band_of(side, band.first + band.rows)) {
    inputs_to_tiles(image, side, inputs, band, workspace.inputs);
    for (int k = 0; k < kPlaces; k++)
      multiply(workspace.inputs + k * band.place(inputs), band.tiles, inputs, packed + k * inputs * outputs,
               workspace.outputs + k * band.place(outputs), outputs);
    tiles_to_outputs(workspace.outputs, side, outputs, band, out);
  }
}

// As `correlate` with a kernel of 3, but for U: `sum` is [16][inputs][outputs].
inline void correlate_tiles(const float* image, int side, int inputs, const float* grad_output, int grad_row,
                            int outputs, float* sum, Workspace workspace) {
  for (Band band = band_of(side, 0); band.first < side / 2; band = band_of(side, band.first + band.rows)) {
    inputs_to_tiles(image, side, inputs, band, workspace.inputs);
    grad_output_to_tiles(grad_output, grad_row, side, outputs, band, workspace.outputs);
    for (int k = 0; k < kPlaces; k++)
      correlate_row(workspace.inputs + k * band.place(inputs), inputs,
                    workspace.outputs + k * band.place(outputs), outputs, band.tiles,
                    sum + k * inputs * outputs);
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
