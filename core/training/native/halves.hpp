// Products of numbers in bf16, summed in single precision: two at a time, where the processor has them.
//
// A pair of bf16 numbers lies in the 32 bits of a float, and a vector of pairs in a vector of floats: the
// loops over pairs are those over floats, half as long.
#pragma once

#include <algorithm>
#include <cstdint>

#include "vectors.hpp"

#if defined(__AVX512BF16__) && defined(__AVX512VL__) && defined(__AVX512BW__) && !defined(SINGLE_PRECISION)
#define HALVES 1
#include <immintrin.h>
#else
#define HALVES 0
#endif

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

// Numbers of bf16 side by side, those of `first` at even places.
inline __m512i paired(Vec<16> first, Vec<16> second) {
  static const uint16_t kOrder[32] = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                                      8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return _mm512_permutexvar_epi16(_mm512_loadu_si512(kOrder), (__m512i)_mm512_cvtne2ps_pbh(second, first));
}
inline __m256i paired(Vec<8> first, Vec<8> second) {
  static const uint16_t kOrder[16] = {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15};
  const __m256i order = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kOrder));
  return _mm256_permutexvar_epi16(order, (__m256i)_mm256_cvtne2ps_pbh(second, first));
}

template <int Lanes>
struct Words {
  typedef uint16_t Halves __attribute__((vector_size(2 * Lanes)));
  typedef uint32_t Wholes __attribute__((vector_size(4 * Lanes)));
};

inline Words<8>::Halves rounded(Vec<8> value) { return (Words<8>::Halves)_mm256_cvtneps_pbh(value); }
inline Words<16>::Halves rounded(Vec<16> value) { return (Words<16>::Halves)_mm512_cvtneps_pbh(value); }

// Pairs of bf16. What a sum runs over stands side by side: channels of a row, or two rows of a channel.
struct Halves {
  static constexpr int kEach = 2;

  static Vec<8> add_product(Vec<8> sum, Vec<8> a, Vec<8> b) {
    return _mm256_dpbf16_ps(sum, (__m256bh)a, (__m256bh)b);
  }
  static Vec<16> add_product(Vec<16> sum, Vec<16> a, Vec<16> b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
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
