// The gradient of a layer's output, as the layers behind it leave it.
#pragma once

#include <cstdint>

#include "halves.hpp"

extern "C" {

// The gradient of an output: of its values as a plain input of what follows, and, where those were taken, of
// its sums, a row an image or one for all (`stride` 0).
struct OutputGradient {
  const native::Kept* values;
  const float* sums;
  int64_t stride;
};

}  // extern "C"
