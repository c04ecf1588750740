// The second half of a block of wide kernels: what is normalized goes through a 1x1 convolution to twice the
// channels, one half through an activation and times the other, a 1x1 convolution back, and the block's input
// times a scale is added. A batch in one pass over its memory, a band of pixels at a time; backward, all
// between the normalization and the output is computed anew instead of kept.

#include "bands.hpp"
#include "channel_sums.hpp"
#include "gates.hpp"
#include "struct_sizes.hpp"

using namespace native;

extern "C" {

// `expand` [2 channels][channels], `contract` [channels][channels]; of what the first gives, the first half
// goes through the `activation`. `skipped` [images][pixels][channels] is added, times `scale` [channels], or
// as it is where that is null.
struct Gate {
  const float* expand;
  const float* contract;
  const native::Kept* skipped;
  const float* scale;
  int32_t activation;
};

struct GateGradient {
  float* expand;
  float* contract;
};

}  // extern "C"

EXPORT_SIZE(Normed)
EXPORT_SIZE(NormedGradient)
EXPORT_SIZE(Gate)
EXPORT_SIZE(GateGradient)
EXPORT_SIZE(OutputGradient)

namespace {

// Lay out the products of both halves of `hidden` [count][2 channels], the first activated.
void lay_out_gated(int activation, const float* hidden, int count, int channels, float* rows) {
  with_activation(activation, [&](auto kind) {
    for (int p = 0; p < count; p++)
      by_vectors(channels, [&](auto width, int c) {
        constexpr int kEach = width.kCount;
        const float* half = hidden + 2 * p * channels + c;
        put_row(rows, p, c, activated<kind, kEach>(load<kEach>(half)).value * load<kEach>(half + channels));
      });
  });
}

// From `hidden` and the gradient of the halves' product, lay out that product for sums, and the gradient of
// `hidden` for both.
void lay_out_grad_hidden(int activation, const float* hidden, const float* grad_product, int count,
                         int channels, float* product_columns, float* grad_rows, float* grad_columns) {
  with_activation(activation, [&](auto kind) {
    by_pairs(count, channels, [&](auto width, int p, int c, bool two) {
      constexpr int kEach = width.kCount;
      typedef Vec<kEach> Value;
      Value product[2] = {}, grad_first[2] = {}, grad_second[2] = {};
      for (int i = 0; i < 1 + two; i++) {
        const float* half = hidden + 2 * (p + i) * channels + c;
        const auto gate = activated<kind, kEach>(load<kEach>(half));
        const auto other = load<kEach>(half + channels),
                   grad = load<kEach>(grad_product + (p + i) * channels + c);
        product[i] = gate.value * other;
        grad_first[i] = grad * other * gate.slope;
        grad_second[i] = grad * gate.value;
        put_row(grad_rows, p + i, c, grad_first[i]);
        put_row(grad_rows, p + i, channels + c, grad_second[i]);
      }
      put_columns(product_columns, p, channels, c, product[0], product[1]);
      put_columns(grad_columns, p, 2 * channels, c, grad_first[0], grad_first[1]);
      put_columns(grad_columns, p, 2 * channels, channels + c, grad_second[0], grad_second[1]);
    });
  });
}

// Add what is skipped to a band's output, and keep it.
void keep_band(const Gate& gate, const float* out, int64_t place, int count, int channels, Kept* kept) {
  by_vectors(channels, [&](auto width, int c) {
    constexpr int kEach = width.kCount;
    const auto scale = gate.scale ? load<kEach>(gate.scale + c) : broadcast<kEach>(1);
    for (int at = c; at < count * channels; at += channels)
      store(kept + place + at, load<kEach>(out + at) + load<kEach>(gate.skipped + place + at) * scale);
  });
}

// The packed matrices of both convolutions, `rotated` for gradients of their inputs; one after the other.
struct Packed {
  float *expand, *contract;

  Packed(float* memory, int channels) : expand(memory), contract(memory + 2 * channels * channels) {}
  static size_t floats(int channels) { return 3 * static_cast<size_t>(channels) * channels; }

  void pack(const Gate& gate, int channels) const {
    pack_blocks(channels, 2 * channels, [&](int i, int o) { return gate.expand[o * channels + i]; }, expand);
    pack_blocks(channels, channels, [&](int i, int o) { return gate.contract[o * channels + i]; }, contract);
  }
  void pack_rotated(const Gate& gate, int channels) const {
    pack_blocks(2 * channels, channels, [&](int o, int i) { return gate.expand[o * channels + i]; }, expand);
    pack_blocks(channels, channels, [&](int o, int i) { return gate.contract[o * channels + i]; }, contract);
  }
};

}  // namespace

extern "C" {

// Whether a block of so many channels is supported.
int32_t supports_gate(int32_t channels) { return channels % kLanes == 0 && channels <= kMostWide; }

// Write `out` [images][pixels][channels] and, unless it is null, `sums` [images][2][channels]: each channel's
// sum and sum of squares.
void gate_forward(const Normed* normed, const Gate* gate, Kept* out, float* sums, int32_t threads) {
  const int pixels = normed->pixels, channels = normed->channels;
  const Packed packed(shared_scratch(0, Packed::floats(channels)), channels);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    Room room(0, kRows + kBand * (3 * channels + 2));
    float *rows = room.take(kRows), *hidden = room.take(2 * kBand * channels);
    float *band_rows = room.take(kBand * channels), *moments = room.take(2 * kBand);
    const auto own_rows = [&](int p) { return band_rows + p * channels; };
    packed.pack(*gate, channels);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++)
      for (auto [n, end] = chunk_of(normed->images, chunk); n < end; n++) {
        by_bands(pixels, n, [&](const Band& band) {
          normalize_band(*normed, band, band_rows, moments);
          lay_out_band(band.count, channels, own_rows, rows, nullptr);
          multiply_band(rows, band.count, channels, packed.expand, hidden, 2 * channels);
          lay_out_gated(gate->activation, hidden, band.count, channels, rows);
          multiply_band(rows, band.count, channels, packed.contract, band_rows, channels);
          keep_band(*gate, band_rows, band.place(*normed), band.count, channels, out);
        });
        const int64_t first = static_cast<int64_t>(n) * pixels * channels;
        if (sums) channel_sums(out + first, pixels, channels, sums + 2 * n * channels);
      }
  }
}

// `out` is what was written forward. Where its sums have a gradient, that is added to the one of its values,
// in `grad_out`; the gradient of what was skipped is `grad_out` times the scale.
void gate_backward(const Normed* normed, const Gate* gate, const Kept* out, const OutputGradient* grad_out,
                   Kept* grad_values, const NormedGradient* grad_normed, const GateGradient* grad_gate,
                   int32_t threads) {
  const int pixels = normed->pixels, channels = normed->channels;
  const size_t matrices = Packed::floats(channels), part_floats = matrices + 2 * channels;
  float* memory = shared_scratch(0, 2 * matrices);
  const Packed packed(memory, channels), rotated(memory + matrices, channels);
  float* parts = shared_scratch(1, kChunks * part_floats);
#pragma omp parallel num_threads(std::min(threads, kChunks))
  {
    Room room(0, kRows + kBand * (10 * channels + 2) + 2 * channels);
    float *rows = room.take(kRows), *hidden = room.take(2 * kBand * channels);
    float *band_rows = room.take(kBand * channels), *moments = room.take(2 * kBand);
    float *columns = room.take(kBand * channels), *grad_columns = room.take(kBand * channels);
    float *product_columns = room.take(kBand * channels), *grad_hidden = room.take(2 * kBand * channels);
    const auto own_rows = [&](int p) { return band_rows + p * channels; };
    packed.pack(*gate, channels);
    rotated.pack_rotated(*gate, channels);
#pragma omp for schedule(dynamic)
    for (int chunk = 0; chunk < kChunks; chunk++) {
      float *expand = parts + chunk * part_floats, *contract = expand + 2 * channels * channels;
      float* affine = contract + channels * channels;
      bool fresh = true;
      std::fill_n(affine, 2 * channels, 0.0F);
      if (chunk_of(normed->images, chunk).first == chunk_of(normed->images, chunk).end)
        std::fill_n(expand, matrices, 0.0F);
      for (auto [n, end] = chunk_of(normed->images, chunk); n < end; n++) {
        const int64_t first = static_cast<int64_t>(n) * pixels * channels;
        complete_gradient(*grad_out, out + first, n, pixels, channels, grad_values + first);
        const AffineSums sums = affine_sums(*normed, *grad_normed, n, affine);
        by_bands(pixels, n, [&](const Band& band) {
          normalize_band(*normed, band, band_rows, moments);
          lay_out_band(band.count, channels, own_rows, rows, columns);
          multiply_band(rows, band.count, channels, packed.expand, hidden, 2 * channels);
          const auto grad_at = [&](int p) { return grad_values + band.place(*normed) + p * channels; };
          lay_out_band(band.count, channels, grad_at, rows, grad_columns);
          multiply_band(rows, band.count, channels, rotated.contract, band_rows, channels);
          lay_out_grad_hidden(gate->activation, hidden, band_rows, band.count, channels, product_columns,
                              rows, grad_hidden);
          correlate_band(product_columns, channels, grad_columns, channels, band.count, contract, fresh);
          correlate_band(columns, channels, grad_hidden, 2 * channels, band.count, expand, fresh);
          fresh = false;
          multiply_band(rows, band.count, 2 * channels, rotated.expand, band_rows, channels);
          normalize_band_backward(*normed, band, moments, band_rows, grad_normed->values, sums);
        });
      }
    }
    reduce_matrix(parts, part_floats, channels, 2 * channels, grad_gate->expand);
    reduce_matrix(parts + 2 * channels * channels, part_floats, channels, channels, grad_gate->contract);
  }
  reduce_affine_sums(*normed, *grad_normed, parts + matrices, part_floats);
}

}  // extern "C"
