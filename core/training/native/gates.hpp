// What gates are made of: an activation with its derivative, of whole vectors.
#pragma once

#include "pooling.hpp"

namespace native {

// As Python numbers them.
enum Activation : int32_t { kIdentity = 0, kSilu = 1, kGelu = 2, kSigmoid = 3, kTanh = 4 };

// e to the power of x, to one or two units in the last place; of what is beyond the range of a float, the
// ends of that range. NaN stays.
template <int Lanes>
inline Vec<Lanes> exponential(Vec<Lanes> x) {
  const auto all = [](float number) { return broadcast<Lanes>(number); };
  x = x < all(-87.0F) ? all(-87.0F) : x;
  x = x > all(88.0F) ? all(88.0F) : x;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: added, it leaves the nearest whole number
  const auto whole = (x * all(1.44269504F) + all(kRound)) - all(kRound);
  // ln 2 in two parts, as Cody & Waite
  const auto rest = x - whole * all(0.693145752F) - whole * all(1.42860677e-6F);
  // the series of Cephes' expf on [-ln 2 / 2, ln 2 / 2]
  auto series = all(1.9875691500e-4F) * rest + all(1.3981999507e-3F);
  series = series * rest + all(8.3334519073e-3F);
  series = series * rest + all(4.1665795894e-2F);
  series = series * rest + all(1.6666665459e-1F);
  series = series * rest + all(5.0000001201e-1F);
  series = series * rest * rest + rest + all(1.0F);
  const auto bits = (__builtin_convertvector(whole, Signed<Lanes>) + 127) << 23;
  return series * (Vec<Lanes>)bits;
}

// 1 / (1 + e to the power of -x).
#if HALVES && defined(__AVX512F__)
// To some 14 bits, of which bf16 keeps 8: by a polynomial on half a power of two, and the processor's own
// approximation of a reciprocal.
template <int Lanes>
inline Vec<Lanes> sigmoid(Vec<Lanes> x) {
  const auto all = [](float number) { return broadcast<Lanes>(number); };
  const auto power = x * all(-1.44269504F);
  Vec<Lanes> whole;
  if constexpr (Lanes == 16)
    whole = _mm512_roundscale_ps(power, 0);
  else
    whole = _mm256_roundscale_ps(power, 0);
  const auto rest = power - whole;
  auto series = all(0.0096760371F) * rest + all(0.0559220356F);
  series = series * rest + all(0.240221074F);
  series = series * rest + all(0.693121034F);
  series = series * rest + all(1.00000008F);
  if constexpr (Lanes == 16) return _mm512_rcp14_ps(all(1.0F) + _mm512_scalef_ps(series, whole));
  if constexpr (Lanes == 8) return _mm256_rcp14_ps(all(1.0F) + _mm256_scalef_ps(series, whole));
}
#else
template <int Lanes>
inline Vec<Lanes> sigmoid(Vec<Lanes> x) {
  const auto one = broadcast<Lanes>(1.0F);
  return one / (one + exponential<Lanes>(-x));
}
#endif

template <typename Value>
struct Activated {
  Value value, slope;
};

// The activation of x and its derivative: SiLU x * sigmoid(x); GELU, as its approximation by tanh has it,
// x * sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)); sigmoid; tanh, 2 sigmoid(2x) - 1; or x itself.
template <int Kind, int Lanes>
inline Activated<Vec<Lanes>> activated(Vec<Lanes> x) {
  const auto all = [](float number) { return broadcast<Lanes>(number); };
  const auto one = all(1.0F);
  if constexpr (Kind == kIdentity) return {x, one};
  if constexpr (Kind == kSigmoid) {
    const auto share = sigmoid<Lanes>(x);
    return {share, share - share * share};
  }
  if constexpr (Kind == kTanh) {
    const auto share = sigmoid<Lanes>(x + x);
    const auto value = share + share - one;
    return {value, one - value * value};
  }
  constexpr float kFactor = 1.59576912F, kCube = 0.044715F;
  auto inner = x, inner_slope = one;
  if constexpr (Kind == kGelu) {
    const auto square = x * x;
    inner = x * (all(kFactor) + all(kFactor * kCube) * square);
    inner_slope = all(kFactor) + all(3 * kFactor * kCube) * square;
  }
  const auto share = sigmoid<Lanes>(inner), value = x * share;
  return {value, share + (value - value * share) * inner_slope};
}

// Call `use` with the activation as a constant.
template <typename Use>
inline void with_activation(int32_t kind, Use use) {
  switch (kind) {
    case kIdentity: return use(std::integral_constant<int, kIdentity>{});
    case kSilu: return use(std::integral_constant<int, kSilu>{});
    case kGelu: return use(std::integral_constant<int, kGelu>{});
    case kSigmoid: return use(std::integral_constant<int, kSigmoid>{});
    case kTanh: return use(std::integral_constant<int, kTanh>{});
  }
}

}  // namespace native
