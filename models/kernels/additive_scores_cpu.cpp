#include "models/kernels/additive_scores_cpu.h"

#include <algorithm>
#include <bit>

// One body, inlined into a function for each instruction set.
#define SACCADE_INLINE inline __attribute__((always_inline))
#if defined(__x86_64__)
#define SACCADE_AVX2 __attribute__((target("avx2,fma")))
#define SACCADE_AVX512 __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,prefer-vector-width=512")))
#endif

namespace saccade {
namespace {

/// 1 - 2 / (exp(2x) + 1), without a branch, so that the compiler can compute 16 at once.
SACCADE_INLINE float vector_tanh(float x) {
  constexpr float kLog2E = 1.44269504F, kLn2 = 0.693147181F;
  constexpr float kRound = 12582912.0F;                      // 1.5 · 2^23: adding it leaves the nearest integer in the lowest bits
  const float y = std::min(std::max(2 * x, -20.0F), 20.0F);  // beyond, tanh is 1 in float32
  const float shifted = y * kLog2E + kRound;
  const float n = shifted - kRound;
  const float r = y - n * kLn2;  // |r| ≤ ln 2 / 2, where six terms of the series of exp are exact to 1.2e-7
  const float series = 1 + r * (1 + r * (1.0F / 2 + r * (1.0F / 6 + r * (1.0F / 24 + r * (1.0F / 120 + r * (1.0F / 720))))));
  const float power = std::bit_cast<float>((std::bit_cast<uint32_t>(shifted) << 23) + 0x3F800000U);  // 2^n
  return 1 - 2 / (series * power + 1);
}

SACCADE_INLINE void forward_body(const float* __restrict queries, const float* __restrict keys, const float* __restrict score,
                                 float* __restrict scores, AdditiveSizes sizes) {
  for (int64_t l = 0; l < sizes.regions; ++l) {
    const float* key = keys + l * sizes.size;
    for (int64_t k = 0; k < sizes.sequences; ++k) {
      const float* query = queries + k * sizes.size;
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int64_t a = 0; a < sizes.size; ++a) sum += score[a] * vector_tanh(query[a] + key[a]);
      scores[k * sizes.regions + l] = sum;
    }
  }
}

SACCADE_INLINE void backward_body(const float* __restrict queries, const float* __restrict keys, const float* __restrict score,
                                  const float* __restrict scores_gradient, float* __restrict queries_gradient,
                                  float* __restrict keys_gradient, float* __restrict score_gradient, AdditiveSizes sizes) {
  for (int64_t l = 0; l < sizes.regions; ++l) {
    const float* key = keys + l * sizes.size;
    float* key_gradient = keys_gradient + l * sizes.size;
    for (int64_t k = 0; k < sizes.sequences; ++k) {
      const float* query = queries + k * sizes.size;
      float* query_gradient = queries_gradient + k * sizes.size;
      const float gradient = scores_gradient[k * sizes.regions + l];
#pragma omp simd
      for (int64_t a = 0; a < sizes.size; ++a) {
        const float tanh = vector_tanh(query[a] + key[a]);
        const float inner = gradient * score[a] * (1 - tanh * tanh);
        query_gradient[a] += inner;
        key_gradient[a] += inner;
        score_gradient[a] += gradient * tanh;
      }
    }
  }
}

#if defined(__x86_64__)
SACCADE_AVX512 void forward_avx512(const float* q, const float* k, const float* v, float* s, AdditiveSizes sizes) {
  forward_body(q, k, v, s, sizes);
}
SACCADE_AVX2 void forward_avx2(const float* q, const float* k, const float* v, float* s, AdditiveSizes sizes) {
  forward_body(q, k, v, s, sizes);
}
SACCADE_AVX512 void backward_avx512(const float* q, const float* k, const float* v, const float* ds, float* dq, float* dk, float* dv,
                                    AdditiveSizes sizes) {
  backward_body(q, k, v, ds, dq, dk, dv, sizes);
}
SACCADE_AVX2 void backward_avx2(const float* q, const float* k, const float* v, const float* ds, float* dq, float* dk, float* dv,
                                AdditiveSizes sizes) {
  backward_body(q, k, v, ds, dq, dk, dv, sizes);
}
#endif

void forward_any(const float* q, const float* k, const float* v, float* s, AdditiveSizes sizes) { forward_body(q, k, v, s, sizes); }
void backward_any(const float* q, const float* k, const float* v, const float* ds, float* dq, float* dk, float* dv, AdditiveSizes sizes) {
  backward_body(q, k, v, ds, dq, dk, dv, sizes);
}

struct Functions {
  decltype(&forward_any) forward = forward_any;
  decltype(&backward_any) backward = backward_any;
};

Functions best_functions() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return {forward_avx512, backward_avx512};
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {forward_avx2, backward_avx2};
#endif
  return {};
}

const Functions& functions() {
  static const Functions chosen = best_functions();
  return chosen;
}

}  // namespace

void additive_scores_cpu(const float* queries, const float* keys, const float* score, float* scores, AdditiveSizes sizes) {
  functions().forward(queries, keys, score, scores, sizes);
}

void additive_scores_backward_cpu(const float* queries, const float* keys, const float* score, const float* scores_gradient,
                                  float* queries_gradient, float* keys_gradient, float* score_gradient, AdditiveSizes sizes) {
  functions().backward(queries, keys, score, scores_gradient, queries_gradient, keys_gradient, score_gradient, sizes);
}

}  // namespace saccade
