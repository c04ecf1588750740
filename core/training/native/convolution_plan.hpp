// How a convolution of some shape is computed: in tiles where it can be, else directly.
#pragma once

#include "winograd.hpp"

namespace native {

struct Plan {
  int side, kernel, inputs, outputs;

  // Tiles want images of whole tiles and whole vectors of inputs.
  bool in_tiles() const { return kernel == 3 && side % 2 == 0 && inputs % kLanes == 0; }
  int border() const { return kernel / 2; }
  // Floats that a set of weights takes, sorted for use, and its gradient, before `weight_gradients`.
  int weights() const { return (in_tiles() ? kPlaces : kernel * kernel) * inputs * outputs; }
  // Floats of either part of a thread's room for tiles.
  size_t room() const { return in_tiles() ? tile_floats(side, std::max(inputs, outputs)) : 0; }

  void pack_forward(const float* weight, float* packed) const {
    in_tiles() ? pack_tiles(weight, inputs, outputs, false, packed)
               : pack(weight, kernel, inputs, outputs, packed);
  }

  void pack_backward(const float* weight, float* packed) const {
    in_tiles() ? pack_tiles(weight, inputs, outputs, true, packed)
               : pack_turned(weight, kernel, inputs, outputs, packed);
  }

  // From a bordered image of inputs to outputs.
  void forward(const float* image, const float* packed, float* out, TileRoom room) const {
    in_tiles() ? convolve_tiles(image, side, inputs, packed, out, outputs, room)
               : convolve(image, side, kernel, inputs, packed, out, outputs);
  }

  // From a bordered image of the outputs' gradient to the inputs' gradient.
  void backward(const float* gradient, const float* packed, float* out, TileRoom room) const {
    in_tiles() ? convolve_tiles(gradient, side, outputs, packed, out, inputs, room)
               : convolve(gradient, side, kernel, outputs, packed, out, inputs);
  }

  // From both bordered images, add to the weights' gradient.
  void correlate_with(const float* image, const float* gradient, float* sum, TileRoom room) const {
    const int row = (side + 2 * border()) * outputs;
    gradient += border() * (row + outputs);
    in_tiles() ? correlate_tiles(image, side, inputs, gradient, row, outputs, sum, room)
               : correlate(image, side, kernel, inputs, gradient, row, outputs, sum);
  }

  // From the sum for one input and `kLanes` outputs, of which `at` gives the vector for each place or cell,
  // the gradients of their weights, cell by cell.
  template <typename At>
  void weight_gradients(At at, Vector* cells) const {
    if (!in_tiles()) {
      for (int cell = 0; cell < kernel * kernel; cell++) cells[cell] = at(cell);
      return;
    }
    Vector places[kPlaces];
    for (int k = 0; k < kPlaces; k++) places[k] = at(k);
    tiles_to_weights(places, cells);
  }
};

}  // namespace native
