#include "models/encoders/affine_relu.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace saccade {
namespace {

// Pixels of `channels` values each, `pitch` values from one to the next.
struct Pixels {
  const c10::BFloat16* data;
  int64_t channels, pitch;
};

using PixelKernel = void (*)(const Pixels& in, int64_t count, const float* scale, const float* shift, c10::BFloat16* out);

void affine_relu_portable(const Pixels& in, int64_t count, const float* scale, const float* shift, c10::BFloat16* out) {
  for (int64_t pixel = 0; pixel < count; ++pixel) {
    const auto* x = in.data + pixel * in.pitch;
    auto* y = out + pixel * in.channels;
    for (int64_t c = 0; c < in.channels; ++c) y[c] = std::max(0.0f, static_cast<float>(x[c]) * scale[c] + shift[c]);
  }
}

#if defined(__x86_64__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12's own intrinsics
#define SACCADE_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16")))

// Sixteen channels of a pixel.
SACCADE_AVX512 inline __m512 affine_relu_16(const c10::BFloat16* x, const float* scale, const float* shift) {
  const __m512i halves = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x)));
  const __m512 value = _mm512_castsi512_ps(_mm512_slli_epi32(halves, 16));
  return _mm512_max_ps(_mm512_setzero_ps(), _mm512_fmadd_ps(value, _mm512_loadu_ps(scale), _mm512_loadu_ps(shift)));
}

SACCADE_AVX512 void affine_relu_avx512(const Pixels& in, int64_t count, const float* scale, const float* shift, c10::BFloat16* out) {
  const int64_t whole = in.channels / 32 * 32;
  for (int64_t pixel = 0; pixel < count; ++pixel) {
    const auto* x = in.data + pixel * in.pitch;
    auto* y = out + pixel * in.channels;
    for (int64_t c = 0; c < whole; c += 32) {
      const __m512 low = affine_relu_16(x + c, scale + c, shift + c);
      const __m512 high = affine_relu_16(x + c + 16, scale + c + 16, shift + c + 16);
      const __m512bh both = _mm512_cvtne2ps_pbh(high, low);
      std::memcpy(y + c, &both, sizeof(both));
    }
    if (whole < in.channels) {
      affine_relu_portable({x + whole, in.channels - whole, in.pitch}, 1, scale + whole, shift + whole, y + whole);
    }
  }
}

#undef SACCADE_AVX512
#pragma GCC diagnostic pop
#endif

PixelKernel choose_kernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return affine_relu_avx512;
  }
#endif
  return affine_relu_portable;
}

// The pixels of a channels-last tensor lie at equal distances, also where it is a slice of channels.
bool has_pixel_layout(const torch::Tensor& x) {
  const auto pitch = x.stride(3);
  return x.stride(1) == 1 && x.stride(2) == pitch * x.size(3) && (x.size(0) == 1 || x.stride(0) == pitch * x.size(3) * x.size(2));
}

}  // namespace

torch::Tensor affine_relu(const torch::Tensor& x, const Affine& affine) {
  if (!x.is_cpu() || x.scalar_type() != torch::kBFloat16 || !has_pixel_layout(x)) {
    const auto wide = [](const torch::Tensor& channels) { return channels.view({1, -1, 1, 1}); };
    return torch::addcmul(wide(affine.shift), x, wide(affine.scale)).relu_().to(x.scalar_type());
  }
  static const PixelKernel kernel = choose_kernel();
  auto y = torch::empty(x.sizes(), x.options().memory_format(torch::MemoryFormat::ChannelsLast));
  const Pixels in{.data = x.const_data_ptr<c10::BFloat16>(), .channels = x.size(1), .pitch = x.stride(3)};
  auto* out = y.mutable_data_ptr<c10::BFloat16>();
  const auto* scale = affine.scale.const_data_ptr<float>();
  const auto* shift = affine.shift.const_data_ptr<float>();
  const int64_t grain = std::max<int64_t>(1, at::internal::GRAIN_SIZE / in.channels);
  at::parallel_for(0, x.size(0) * x.size(2) * x.size(3), grain, [&](int64_t begin, int64_t end) {
    kernel({in.data + begin * in.pitch, in.channels, in.pitch}, end - begin, scale, shift, out + begin * in.channels);
  });
  return y;
}

}  // namespace saccade
