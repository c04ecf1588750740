// How a convolution of some shape is computed: by Winograd's tiles where it can be, else directly.
#pragma once

#include "winograd.hpp"

namespace native {

struct Plan {
  int side, kernel, inputs, outputs;

  // Tiles want images of whole tiles and whole vectors of inputs.
  bool uses_winograd() const { return kernel == 3 && side % 2 == 0 && inputs % kLanes == 0; }
  // Products of 1x1 convolutions are laid out where they are in bf16; floats are multiplied where they lie.
  bool lays_out() const { return kHalves && kernel == 1 && inputs % kLanes == 0; }
  int padding() const { return kernel / 2; }
  // Floats that the weights take, packed for use, and their gradient, before `grad_weight`.
  int weight_floats() const { return (uses_winograd() ? kPlaces : kernel * kernel) * inputs * outputs; }
  // Floats of either part of a thread's workspace.
  size_t workspace_floats() const {
    const int channels = std::max(inputs, outputs);
    if (uses_winograd()) return tile_floats(side, channels);
    return lays_out() ? place_floats<Singles::Rows>(kPixelsTogether, channels) : 0;
  }

  void pack_forward(const float* weight, float* packed) const {
    if (uses_winograd()) return pack_tiles(weight, inputs, outputs, false, packed);
    if (lays_out()) return pack_matrix(weight, inputs, outputs, false, packed);
    pack(weight, kernel, inputs, outputs, packed);
  }

  void pack_backward(const float* weight, float* packed) const {
    if (uses_winograd()) return pack_tiles(weight, inputs, outputs, true, packed);
    if (lays_out()) return pack_matrix(weight, inputs, outputs, true, packed);
    pack_rotated(weight, kernel, inputs, outputs, packed);
  }

  // From a padded image of inputs to outputs.
  void forward(const float* image, const float* packed, float* out, Workspace workspace) const {
    if (uses_winograd()) return convolve_tiles(image, side, inputs, packed, out, outputs, workspace);
    if (lays_out()) return multiply_rows(image, side * side, inputs, packed, out, outputs, workspace.inputs);
    convolve(image, side, kernel, inputs, packed, out, outputs);
  }

  // From the padded gradient of the outputs to that of the inputs.
  void backward_input(const float* grad_output, const float* packed, float* grad_input,
                      Workspace workspace) const {
    if (uses_winograd())
      return convolve_tiles(grad_output, side, outputs, packed, grad_input, inputs, workspace);
    if (lays_out())
      return multiply_rows(grad_output, side * side, outputs, packed, grad_input, inputs, workspace.inputs);
    convolve(grad_output, side, kernel, outputs, packed, grad_input, inputs);
  }

  // The weights' gradient of some images is gathered here; both parts have room for `workspace_floats`.
  GatheredRows gathered(Workspace workspace, float* sum) const {
    const int places = uses_winograd() ? kPlaces : kernel * kernel,
              room = uses_winograd() ? tile_room(side) : kPixelsTogether;
    return {places, room, inputs, outputs, workspace.inputs, workspace.outputs, sum};
  }

  // From both padded images, add to the weights' gradient; some of it when `gathered` is added up.
  void backward_weight(const float* image, const float* grad_output, GatheredRows& gathered) const {
    const int row = (side + 2 * padding()) * outputs;
    grad_output += padding() * (row + outputs);
    if (uses_winograd()) return correlate_tiles(image, side, inputs, grad_output, row, outputs, gathered);
    if (lays_out()) return gather(image, grad_output, side * side, inputs, outputs, gathered);
    correlate(image, side, kernel, inputs, grad_output, row, outputs, gathered.sum, gathered.begin_sum());
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
