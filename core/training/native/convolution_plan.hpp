// How a convolution of some shape is computed: by Winograd's tiles where it can be, else directly.
#pragma once

#include "winograd.hpp"

namespace native {

struct Plan {
  int side, kernel, inputs, outputs;

  // Tiles want images of whole tiles and whole vectors of inputs.
  bool uses_winograd() const { return kernel == 3 && side % 2 == 0 && inputs % kLanes == 0; }
  int padding() const { return kernel / 2; }
  // Floats that the weights take, packed for use, and their gradient, before `grad_weight`.
  int weight_floats() const { return (uses_winograd() ? kPlaces : kernel * kernel) * inputs * outputs; }
  // Floats of either part of a thread's workspace.
  size_t workspace_floats() const {
    return uses_winograd() ? tile_floats(side, std::max(inputs, outputs)) : 0;
  }

  void pack_forward(const float* weight, float* packed) const {
    uses_winograd() ? pack_tiles(weight, inputs, outputs, false, packed)
                    : pack(weight, kernel, inputs, outputs, packed);
  }

  void pack_backward(const float* weight, float* packed) const {
    uses_winograd() ? pack_tiles(weight, inputs, outputs, true, packed)
                    : pack_rotated(weight, kernel, inputs, outputs, packed);
  }

  // From a padded image of inputs to outputs.
  void forward(const float* image, const float* packed, float* out, Workspace workspace) const {
    uses_winograd() ? convolve_tiles(image, side, inputs, packed, out, outputs, workspace)
                    : convolve(image, side, kernel, inputs, packed, out, outputs);
  }

  // From the padded gradient of the outputs to that of the inputs.
  void backward_input(const float* grad_output, const float* packed, float* grad_input,
                      Workspace workspace) const {
    uses_winograd() ? convolve_tiles(grad_output, side, outputs, packed, grad_input, inputs, workspace)
                    : convolve(grad_output, side, kernel, outputs, packed, grad_input, inputs);
  }

  // From both padded images, add to the weights' gradient.
  void backward_weight(const float* image, const float* grad_output, float* sum, Workspace workspace) const {
    const int row = (side + 2 * padding()) * outputs;
    grad_output += padding() * (row + outputs);
    uses_winograd() ? correlate_tiles(image, side, inputs, grad_output, row, outputs, sum, workspace)
                    : correlate(image, side, kernel, inputs, grad_output, row, outputs, sum);
  }

  // From the sum for one input and `kLanes` outputs, of which `at` gives the vector for each place or cell,
  // the gradients of their weights, cell by cell.
  template <typename At>
  void grad_weight(At at, Vector* cells) const {
    if (!uses_winograd()) {
      for (int cell = 0; cell < kernel * kernel; cell++) cells[cell] = at(cell);
      return;
    }
    Vector places[kPlaces];
    for (int k = 0; k < kPlaces; k++) places[k] = at(k);
    tiles_to_grad_weight(places, cells);
  }
};

}  // namespace native
