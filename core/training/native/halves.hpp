// Products of numbers in bf16, summed in single precision: two at a time, where the processor has them. The
// loops over pairs are those over floats, half as long.
#pragma once

#include <algorithm>
#include <cstdint>

#include "bf16.hpp"
#include "vectors.hpp"

namespace native {

// Whether convolutions multiply in bf16.
constexpr bool kHalves = HALVES;

// What a convolution multiplies, and how that lies in memory: floats, as they are.
struct Singles {
  static constexpr int kEach = 1;  // numbers in the place of a float

  template <typename Value>
  static Value add_product(Value sum, Value a, Value b) {
    return sum + a * b;
  }

  // Rows of `channels`, to be multiplied with weights; and the same for sums of products over the rows.
  struct Rows {
    static constexpr int kTogether = 1;  // rows that share the place of a float
    static int floats(int count, int channels) { return count * channels; }
    template <typename Value>
    static void put(float* rows, int row, int channels, int c, Value value) {
      store(rows + row * channels + c, value);
    }
  };
  typedef Rows Columns;
};

#if HALVES

// Pairs of bf16. What a sum runs over stands side by side: channels of a row, or two rows of a channel.
struct Halves {
  static constexpr int kEach = 2;

  template <typename Value>
  static Value add_product(Value sum, Value a, Value b) {
    return add_products(sum, a, b);
  }

  struct Rows {
    static constexpr int kTogether = 1;
    static int floats(int count, int channels) { return count * channels / 2; }
    template <typename Value>
    static void put(float* rows, int row, int channels, int c, Value value) {
      const auto halves = rounded(value);
      std::memcpy(rows + (row * channels + c) / 2, &halves, sizeof(halves));
    }
  };

  // Rows are put in order; the last of an odd number is paired with zeros.
  struct Columns {
    static constexpr int kTogether = 2;
    static int floats(int count, int channels) { return (count + 1) / 2 * channels; }
    template <typename Value>
    static void put(float* rows, int row, int channels, int c, Value value) {
      typedef typename Words<sizeof(Value) / sizeof(float)>::Wholes Pairs;
      float* to = rows + row / 2 * channels + c;
      Pairs pairs = __builtin_convertvector(rounded(value), Pairs);
      if (row % 2 == 1) {
        Pairs firsts;
        std::memcpy(&firsts, to, sizeof(firsts));
        pairs = firsts | pairs << 16;
      }
      std::memcpy(to, &pairs, sizeof(pairs));
    }
    // Put two rows, of which the first stands first of a pair.
    template <typename Value>
    static void put_pair(float* rows, int row, int channels, int c, Value first, Value second) {
      const auto pairs = paired(first, second);
      std::memcpy(rows + row / 2 * channels + c, &pairs, sizeof(pairs));
    }
  };
};

typedef Halves Product;
#else
typedef Singles Product;
#endif

// How activations lie in memory between two layers, and their gradients: as they are multiplied.
typedef std::conditional<kHalves, uint16_t, float>::type Kept;

#if HALVES

template <int Lanes = kLanes>
inline Vec<Lanes> load(const uint16_t* from) {
  typename Words<Lanes>::Halves halves;
  std::memcpy(&halves, from, sizeof(halves));
  return (Vec<Lanes>)(__builtin_convertvector(halves, typename Words<Lanes>::Wholes) << 16);
}

template <typename Value>
inline void store(uint16_t* to, Value value) {
  const auto halves = rounded(value);
  std::memcpy(to, &halves, sizeof(halves));
}

#endif

// Copy `count` numbers, a multiple of 8.
template <typename From, typename To>
inline void copy(const From* from, int count, To* to) {
  if constexpr (std::is_same<From, To>::value)
    std::memcpy(to, from, count * sizeof(From));
  else
    by_vectors(count, [&](auto width, int at) { store(to + at, load<width.kCount>(from + at)); });
}

// A number as bf16, rounded to the nearest and to even as the processor does.
inline uint32_t half_of(float number) {
  uint32_t word;
  std::memcpy(&word, &number, sizeof(word));
  return number != number ? 0x7fc0U : (word + 0x7fffU + (word >> 16 & 1U)) >> 16;
}

inline float pair_of(float first, float second) {
  const uint32_t pair = half_of(first) | half_of(second) << 16;
  float result;
  std::memcpy(&result, &pair, sizeof(result));
  return result;
}

// Put `count` rows of `channels` floats as `Layout` has them, the rows from `at` on.
template <typename Layout>
inline void lay_out(const float* rows, int count, int channels, int at, float* out) {
  int row = 0;
  const auto by_ones = [&](int end) {
    for (; row < end; row++)
      by_vectors(channels, [&](auto width, int c) {
        Layout::put(out, at + row, channels, c, load<width.kCount>(rows + row * channels + c));
      });
  };
  if constexpr (Layout::kTogether == 2) {
    by_ones(std::min(count, at % 2));
    for (; row + 1 < count; row += 2)
      by_vectors(channels, [&](auto width, int c) {
        const float* from = rows + row * channels + c;
        Layout::put_pair(out, at + row, channels, c, load<width.kCount>(from),
                         load<width.kCount>(from + channels));
      });
  }
  by_ones(count);
}

}  // namespace native
