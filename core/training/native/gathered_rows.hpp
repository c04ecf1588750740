// Tiles or pixels of several images, gathered until a weight gradient is worth multiplying from them.
#pragma once

#include <utility>

#include "convolution.hpp"

namespace native {

constexpr int kLine = 16;  // floats of a line of the cache

// Floats from one place to the next, with `room` rows each: a line more than they take, for at a power of two
// all sixteen places of a tile would share one set of the first-level cache.
template <typename Layout>
inline int place_floats(int room, int channels) {
  return Layout::floats(room, channels) + kLine;
}

// Rows of inputs and of gradients, at each of `places` laid out as `Product::Columns`, and the sum of their
// products, [places][inputs][outputs].
//
// An image of 8x8 pixels has 16 tiles, and for so few the sum is read and written for longer than it is added
// to: rows of several images wait in `input_rows` and `grad_rows`, until there are `room` of them.
class GatheredRows {
 public:
  typedef Product::Columns Layout;

  GatheredRows(int places, int room, int inputs, int outputs, float* input_rows, float* grad_rows, float* sum)
      : input_rows(input_rows),
        grad_rows(grad_rows),
        sum(sum),
        places_(places),
        room_(room),
        inputs_(inputs),
        outputs_(outputs) {}

  float *const input_rows, *const grad_rows, *const sum;

  // Return where the next `rows` begin, at most as many as there is room for, to be put in order.
  int next(int rows) {
    if (count_ + rows > room_) add_up();
    count_ += rows;
    return count_ - rows;
  }

  // Whether nothing was added to the sum yet, whose memory is then overwritten; from now on something was.
  bool begin_sum() { return std::exchange(fresh_, false); }

  // Add the products of what was gathered.
  void add_up() {
    const bool fresh = begin_sum();
    if (count_ == 0 && !fresh) return;
    for (int k = 0; k < places_; k++)
      correlate_row(input_rows + k * place_floats<Layout>(room_, inputs_), inputs_,
                    grad_rows + k * place_floats<Layout>(room_, outputs_), outputs_, count_,
                    sum + k * inputs_ * outputs_, fresh);
    count_ = 0;
  }

 private:
  const int places_, room_, inputs_, outputs_;
  int count_ = 0;
  bool fresh_ = true;
};

// Gather `count` rows as they are.
inline void gather(const float* inputs, const float* grads, int count, int input_channels, int grad_channels,
                   GatheredRows& gathered) {
  for (int first = 0; first < count; first += kPixelsTogether) {
    const int band = std::min(kPixelsTogether, count - first), at = gathered.next(band);
    lay_out<GatheredRows::Layout>(inputs + first * input_channels, band, input_channels, at,
                                  gathered.input_rows);
    lay_out<GatheredRows::Layout>(grads + first * grad_channels, band, grad_channels, at, gathered.grad_rows);
  }
}

}  // namespace native
