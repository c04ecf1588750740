// Vectors of floats, and loops over channels by the widest the processor has.
#pragma once

#include <cstring>
#include <type_traits>

namespace native {

// Channels come in multiples of 8, which are one register of AVX and two of NEON.
constexpr int kLanes = 8;
// How many floats a register has at the most.
#if defined(__AVX512F__)
constexpr int kRegister = 16;
#elif defined(__aarch64__)
constexpr int kRegister = 4;
#else
constexpr int kRegister = 8;
#endif
// As many, or those of two registers where one has less than the channels that come together.
constexpr int kWide = kRegister > kLanes ? kRegister : kLanes;

// Of so many pixels sums are taken, and then of these: a sum of floats loses digits with every one added. As
// many as an image of CIFAR-10 has, of which there is then but one.
constexpr int kSummedPixels = 1024;

template <int Lanes>
struct Width {
  static constexpr int kCount = Lanes;
  typedef float Floats __attribute__((vector_size(Lanes * sizeof(float))));
};

template <int Lanes>
using Vec = typename Width<Lanes>::Floats;
typedef Vec<kLanes> Vector;

template <int Lanes = kLanes>
inline Vec<Lanes> load(const float* from) {
  Vec<Lanes> value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

template <typename Value>
inline void store(float* to, Value value) {
  std::memcpy(to, &value, sizeof(value));
}

template <int Lanes = kLanes>
inline Vec<Lanes> broadcast(float x) {
  if constexpr (Lanes == 4)
    return Vec<Lanes>{x, x, x, x};
  else if constexpr (Lanes == 8)
    return Vec<Lanes>{x, x, x, x, x, x, x, x};
  else
    return Vec<Lanes>{x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

// Call `each` with a `Width` and the first channel of every vector: wide ones, and at the end one of `kLanes`
// where that is left over.
template <typename Each>
inline void by_vectors(int channels, Each each) {
  int c = 0;
  for (; c + kWide <= channels; c += kWide) each(Width<kWide>{}, c);
  if constexpr (kWide > kLanes)
    if (c < channels) each(Width<kLanes>{}, c);
}

// Call `use` with the number of channels as a constant, where it is one of these.
template <typename Use>
inline void with_channels(int channels, Use use) {
  switch (channels) {
    case 8: return use(std::integral_constant<int, 8>{});
    case 16: return use(std::integral_constant<int, 16>{});
    case 24: return use(std::integral_constant<int, 24>{});
    case 32: return use(std::integral_constant<int, 32>{});
    case 48: return use(std::integral_constant<int, 48>{});
    case 64: return use(std::integral_constant<int, 64>{});
  }
}

// The same, and one more that is for networks of wide kernels: what an image is convolved to.
template <typename Use>
inline void with_more_channels(int channels, Use use) {
  if (channels == 40) return use(std::integral_constant<int, 40>{});
  with_channels(channels, use);
}

// Neighbouring pixels of a row, whose channels fill `Count` vectors: one pixel, or two where the channels of
// one are half a vector.
template <int Lanes, int Count, int Pixels>
struct Run {
  static constexpr int kLanesEach = Lanes, kCount = Count, kFloats = Lanes * Count;
  typedef Vec<Lanes> Value;

  // Vector `v` of what is the same for every pixel, [channels].
  static Value same(const float* channels, int v) {
    if constexpr (Pixels == 1) return load<Lanes>(channels + v * Lanes);
    float twice[Lanes];
    for (int pixel = 0; pixel < 2; pixel++) store(twice + pixel * kLanes, load(channels));
    return load<Lanes>(twice);
  }

  // Write the sum over the pixels of vector `v`, [channels].
  static void store_sum(float* channels, int v, Value sum) {
    if constexpr (Pixels == 1) return store(channels + v * Lanes, sum);
    float halves[Lanes];
    store(halves, sum);
    store(channels, load(halves) + load(halves + kLanes));
  }
};

// Call `use` with the run for rows of `side` pixels of `channels` channels. Loops over its vectors have a
// constant count: what belongs to a channel stays in registers from pixel to pixel.
template <typename Use>
inline void with_run(int side, int channels, Use use) {
  with_more_channels(channels, [&](auto count) {
    constexpr int kChannels = count;
    if constexpr (kChannels % kWide == 0) return use(Run<kWide, kChannels / kWide, 1>{});
    if constexpr (2 * kChannels == kWide)
      if (side % 2 == 0) return use(Run<kWide, 1, 2>{});
    if constexpr (kChannels % kWide != 0) use(Run<kLanes, kChannels / kLanes, 1>{});
  });
}

}  // namespace native
