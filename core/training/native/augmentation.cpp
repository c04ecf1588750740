// Augmentation of a whole batch in one pass over its memory.

#include <cstdint>

extern "C" {

// Crop, flip and scale bytes [..][side][side][3] into floats [count][side][side][3]. Image `index[i]` is seen
// as if its own reflection lay around it; its crop begins at `top`, `left`, which may lie outside.
void augment(const uint8_t* images, const int64_t* index, const int64_t* top, const int64_t* left,
             const int64_t* flip, const float* mean, const float* std, float* out, int32_t count,
             int32_t side, int32_t threads) {
  const auto reflected = [=](int64_t at) {
    at = at < 0 ? -at : at;
    return at < side ? at : 2 * (side - 1) - at;
  };
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int i = 0; i < count; i++) {
    const uint8_t* image = images + index[i] * side * side * 3;
    float* to = out + static_cast<int64_t>(i) * side * side * 3;
    for (int y = 0; y < side; y++) {
      const uint8_t* row = image + reflected(y + top[i]) * side * 3;
      for (int x = 0; x < side; x++, to += 3) {
        const uint8_t* pixel = row + reflected(left[i] + (flip[i] ? side - 1 - x : x)) * 3;
        for (int c = 0; c < 3; c++) to[c] = (static_cast<float>(pixel[c]) - mean[c]) / std[c];
      }
    }
  }
}

}  // extern "C"
