// What the processor itself does with numbers of bf16: rounds to them, puts them in pairs, multiplies and
// adds.
//
// A pair lies in the 32 bits of a float, its first number in the lower half, and a vector of pairs in a
// vector of floats.
#pragma once

#include <cstdint>

#include "vectors.hpp"

#ifdef SINGLE_PRECISION
#define HALVES 0
#elif defined(__AVX512BF16__) && defined(__AVX512VL__) && defined(__AVX512BW__)
#define HALVES 1
#include <immintrin.h>
#elif defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
#define HALVES 1
#include <arm_neon.h>
#else
#define HALVES 0
#endif

#if HALVES

namespace native {

template <int Lanes>
struct Words {
  typedef uint16_t Halves __attribute__((vector_size(2 * Lanes)));
  typedef uint32_t Wholes __attribute__((vector_size(4 * Lanes)));
};

#ifdef __AVX512BF16__

inline Words<8>::Halves rounded(Vec<8> value) { return (Words<8>::Halves)_mm256_cvtneps_pbh(value); }
inline Words<16>::Halves rounded(Vec<16> value) { return (Words<16>::Halves)_mm512_cvtneps_pbh(value); }

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

// The sum, with both products of every pair added.
inline Vec<8> add_products(Vec<8> sum, Vec<8> a, Vec<8> b) {
  return _mm256_dpbf16_ps(sum, (__m256bh)a, (__m256bh)b);
}
inline Vec<16> add_products(Vec<16> sum, Vec<16> a, Vec<16> b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

#else  // ARM, whose registers hold four floats: a vector of eight is two of them

inline float32x4_t low(Vec<8> value) { return __builtin_shufflevector(value, value, 0, 1, 2, 3); }
inline float32x4_t high(Vec<8> value) { return __builtin_shufflevector(value, value, 4, 5, 6, 7); }
inline Vec<8> both(float32x4_t low, float32x4_t high) {
  return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

inline Words<8>::Halves rounded(Vec<8> value) {
  return (Words<8>::Halves)vcvtq_high_bf16_f32(vcvtq_low_bf16_f32(low(value)), high(value));
}

// Numbers of bf16 side by side, those of `first` at even places.
inline Vec<8> paired(Vec<8> first, Vec<8> second) {
  const auto evens = (uint16x8_t)rounded(first), odds = (uint16x8_t)rounded(second);
  return both((float32x4_t)vzip1q_u16(evens, odds), (float32x4_t)vzip2q_u16(evens, odds));
}

// The sum, with both products of every pair added.
inline Vec<4> add_products(Vec<4> sum, Vec<4> a, Vec<4> b) {
  return vbfdotq_f32(sum, (bfloat16x8_t)a, (bfloat16x8_t)b);
}

#endif

}  // namespace native

#endif
