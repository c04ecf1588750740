// A step of the Muon optimizer: momentum, orthogonalization and the new weights. core/training/optim/muon.py
// says what it is, core/training/optim/newton_schulz.py how it is computed, and both do the same with torch.
//
// The smaller side of a matrix is its `side`, the greater its `length`. It is worked on as [length][stride],
// whichever way it lies in memory: the sum over `length` then runs down columns that lie side by side.

#include <cmath>
#include <cstdint>
#include <utility>

#include "batch_chunks.hpp"
#include "struct_sizes.hpp"

using namespace native;

extern "C" {

// Weights that are `matrices` matrices [rows][columns], with their gradient and momentum, which lie as they
// do.
struct MuonWeight {
  float* weight;
  const float* grad;
  float* momentum_buffer;
  int32_t matrices;
  int32_t rows;
  int32_t columns;
};

// The learning rate is a single number in memory.
struct MuonStep {
  const MuonWeight* weights;
  const float* lr;
  float momentum;
  int32_t count;
};

}  // extern "C"

EXPORT_SIZE(MuonWeight)
EXPORT_SIZE(MuonStep)

namespace {

// as in core/training/optim/newton_schulz.py
constexpr float kA = 3.4445F, kB = -4.7750F, kC = 2.0315F, kEpsilon = 1e-7F;
constexpr int kIterations = 5;

// out = alpha * left * right + beta * addend, of `depth` products a sum. All but `left` lie as [..][stride];
// its element (i, k) is left[i * left_row + k * left_step]. `addend` is null where there is nothing to add.
struct Product {
  const float* left;
  int left_row, left_step;
  const float* right;
  float alpha;
  const float* addend;
  float beta;
  float* out;
  int depth, stride;
};

// `Rows` rows from `row` on, `Vectors` * 8 columns from `column` on.
template <int Rows, int Vectors>
void multiply_tile(const Product& p, int row, int column) {
  Vector sum[Rows][Vectors] = {};
  const float *left = p.left + row * p.left_row, *right = p.right + column;
  for (int k = 0; k < p.depth; k++, left += p.left_step, right += p.stride) {
    Vector b[Vectors];
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) b[v] = load(right + v * kLanes);
#pragma GCC unroll 8
    for (int t = 0; t < Rows; t++) {
      const Vector value = broadcast(left[t * p.left_row]);
#pragma GCC unroll 2
      for (int v = 0; v < Vectors; v++) sum[t][v] += value * b[v];
    }
  }
#pragma GCC unroll 8
  for (int t = 0; t < Rows; t++)
#pragma GCC unroll 2
    for (int v = 0; v < Vectors; v++) {
      const int at = (row + t) * p.stride + column + v * kLanes;
      const Vector value = sum[t][v] * p.alpha;
      store(p.out + at, p.addend ? value + load(p.addend + at) * p.beta : value);
    }
}

template <int Vectors>
void multiply_rows(const Product& p, int rows, int column) {
  by_tiles<Block<kLanes * Vectors>::kTile>(
      rows, [&](auto tile, int row) { multiply_tile<tile, Vectors>(p, row, column); });
}

// Compute `rows` rows. Of a `symmetric` result only what stands above the diagonal is computed, block by
// block.
void multiply(const Product& p, int rows, bool symmetric) {
  for (int column = 0; column < p.stride;) {
    const int block = p.stride - column > kLanes ? 2 * kLanes : kLanes;
    const int above = symmetric ? std::min(rows, column + block) : rows;
    if (block > kLanes)
      multiply_rows<2>(p, above, column);
    else
      multiply_rows<1>(p, above, column);
    column += block;
  }
  if (!symmetric) return;
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < row; column++)
      p.out[row * p.stride + column] = p.out[column * p.stride + row];
}

// Square matrices [side][stride], polynomials of one of them: they commute, and their products are symmetric.
struct Squares {
  int side, stride;

  size_t size() const { return static_cast<size_t>(side) * stride; }

  void multiply(const float* left, const float* right, float alpha, const float* addend, float beta,
                float* out) const {
    const Product product{left, stride, 1, right, alpha, addend, beta, out, side, stride};
    ::multiply(product, side, true);
  }

  // Return what the iterations multiply a matrix with, from its `gram`, which is overwritten.
  const float* iterate(float* gram) const {
    float *above = scratch(3, size()), *product = scratch(4, size()), *spare = scratch(5, size());
    for (int left = kIterations - 1; left >= 0; left--) {
      multiply(gram, gram, kC, gram, kB, above);
      if (left == kIterations - 1) {  // the first product is that with the identity
        std::memcpy(product, above, size() * sizeof(float));
        for (int i = 0; i < side; i++) product[i * stride + i] += kA;
      } else {
        multiply(above, product, 1, product, kA, spare);
        std::swap(product, spare);
      }
      if (left == 0) break;
      multiply(above, gram, 1, gram, kA, spare);
      multiply(spare, above, 1, spare, kA, gram);
    }
    return product;
  }
};

// Update a momentum and write Nesterov's direction.
void update_momentum(const float* grad, float momentum, int size, float* __restrict momentum_buffer,
                     float* __restrict direction) {
  for (int i = 0; i < size; i++) {
    momentum_buffer[i] = momentum_buffer[i] * momentum + grad[i];
    direction[i] = grad[i] + momentum_buffer[i] * momentum;
  }
}

// Add to a matrix its `direction`, made orthogonal, times `lr`.
void update_matrix(const float* direction, int rows, int columns, float lr, float* weight) {
  const int side = std::min(rows, columns), length = std::max(rows, columns);
  const int stride = (side + kLanes - 1) / kLanes * kLanes;
  const Squares squares{side, stride};
  const int across = rows > columns ? 1 : columns, along = rows > columns ? columns : 1;
  float *x = scratch(0, length * stride), *y = scratch(1, length * stride),
        *gram = scratch(2, squares.size());
  for (int k = 0; k < length; k++) {
    for (int i = 0; i < side; i++) x[k * stride + i] = direction[i * across + k * along];
    std::fill(x + k * stride + side, x + (k + 1) * stride, 0.0F);
  }
  multiply({x, 1, stride, x, 1, nullptr, 0, gram, length, stride}, side, true);
  float square = 0;
  for (int i = 0; i < side; i++) square += gram[i * stride + i];
  const float scale = 1 / (std::sqrt(square) + kEpsilon);
  for (size_t i = 0; i < squares.size(); i++) gram[i] *= scale * scale;
  const float* product = squares.iterate(gram);
  multiply({x, stride, 1, product, lr * scale, nullptr, 0, y, side, stride}, length, false);
  for (int k = 0; k < length; k++)
    for (int i = 0; i < side; i++) weight[i * across + k * along] += y[k * stride + i];
}

// The same for a single row, of which the iterations know but its length.
void update_row(const float* direction, int columns, float lr, float* weight) {
  float square = 0, product = 1;
  for (int i = 0; i < columns; i++) square += direction[i] * direction[i];
  const float scale = 1 / (std::sqrt(square) + kEpsilon);
  float gram = square * scale * scale;
  for (int iteration = 0; iteration < kIterations; iteration++) {
    const float factor = kA + (kB + kC * gram) * gram;
    product *= factor;
    gram *= factor * factor;
  }
  for (int i = 0; i < columns; i++) weight[i] += direction[i] * (lr * scale * product);
}

}  // namespace

extern "C" {

// Each weight is updated by one thread; the first should be those that take longest.
void muon_step(const MuonStep* step, int32_t threads) {
#pragma omp parallel for schedule(dynamic) num_threads(std::min(threads, step->count))
  for (int n = 0; n < step->count; n++) {
    const MuonWeight& own = step->weights[n];
    const int size = own.rows * own.columns;
    const float ratio = static_cast<float>(own.rows) / static_cast<float>(own.columns);
    const float lr = -*step->lr * std::sqrt(std::max(1.0F, ratio));
    float* direction = scratch(6, own.matrices * size);
    update_momentum(own.grad, step->momentum, own.matrices * size, own.momentum_buffer, direction);
    for (int m = 0; m < own.matrices; m++)
      if (own.rows == 1)
        update_row(direction + m * size, size, lr, own.weight + m * size);
      else
        update_matrix(direction + m * size, own.rows, own.columns, lr, own.weight + m * size);
  }
}

}  // extern "C"
