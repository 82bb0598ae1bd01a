#include <cmath>

#include "models/kernels/additive_attention_step_cuda.h"

namespace saccade {
namespace {

constexpr int kThreads = 256;
constexpr int kWarp = 32;
constexpr int kGroup = 8;  // sequences of a picture that one block looks for, so that what it reads of the picture serves them all
constexpr unsigned kAllLanes = 0xFFFFFFFFU;

__device__ float warp_sum(float value) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) value += __shfl_xor_sync(kAllLanes, value, offset);
  return value;
}

__device__ float warp_max(float value) {
  for (int offset = kWarp / 2; offset > 0; offset /= 2) value = fmaxf(value, __shfl_xor_sync(kAllLanes, value, offset));
  return value;
}

/// A warp a region: scores[g, l] = Σ_a score[a] · tanh(queries[g, a] + keys[l, a]).
__device__ void score_regions(const float* queries, const float* keys, const float* score, float* scores, int group,
                              const AttentionStepSizes& sizes) {
  const int lane = threadIdx.x % kWarp;
  for (int64_t l = threadIdx.x / kWarp; l < sizes.regions; l += kThreads / kWarp) {
    float sums[kGroup] = {};
    for (int64_t a = lane; a < sizes.size; a += kWarp) {
      const float key = keys[l * sizes.size + a], factor = score[a];
#pragma unroll
      for (int g = 0; g < kGroup; ++g) {
        if (g < group) sums[g] += factor * tanhf(queries[g * sizes.size + a] + key);
      }
    }
#pragma unroll
    for (int g = 0; g < kGroup; ++g) {
      const float sum = warp_sum(sums[g]);
      if (lane == 0 && g < group) scores[g * sizes.regions + l] = sum;
    }
  }
}

/// A warp a sequence, in place.
__device__ void softmax_rows(float* rows, int group, int64_t length) {
  const int lane = threadIdx.x % kWarp;
  for (int g = threadIdx.x / kWarp; g < group; g += kThreads / kWarp) {
    float* row = rows + g * length;
    float highest = -INFINITY, sum = 0;
    for (int64_t l = lane; l < length; l += kWarp) highest = fmaxf(highest, row[l]);
    highest = warp_max(highest);
    for (int64_t l = lane; l < length; l += kWarp) sum += expf(row[l] - highest);
    sum = warp_sum(sum);
    for (int64_t l = lane; l < length; l += kWarp) row[l] = expf(row[l] - highest) / sum;
  }
}

/// A thread a feature: context[g, d] = Σ_l weights[g, l] · values[l, d].
__device__ void sum_values(const float* weights, const float* values, float* context, int group, const AttentionStepSizes& sizes) {
  for (int64_t d = threadIdx.x; d < sizes.feature_size; d += kThreads) {
    float sums[kGroup] = {};
    for (int64_t l = 0; l < sizes.regions; ++l) {
      const float value = values[l * sizes.feature_size + d];
#pragma unroll
      for (int g = 0; g < kGroup; ++g) {
        if (g < group) sums[g] += weights[g * sizes.regions + l] * value;
      }
    }
#pragma unroll
    for (int g = 0; g < kGroup; ++g) {
      if (g < group) context[g * sizes.feature_size + d] = sums[g];
    }
  }
}

/// Block (b, i): sequences [8i, 8i + 8) of picture b. The scores pass through the weights' own memory, so that no size is bound by shared
/// memory; that is also why `weights` must not be read through the read-only cache: no __restrict__ here.
__global__ void __launch_bounds__(kThreads) attention_step(const float* queries, const float* keys, const float* score, const float* values,
                                                           float* weights, float* context, AttentionStepSizes sizes) {
  const int64_t picture = blockIdx.x, first = static_cast<int64_t>(blockIdx.y) * kGroup;
  const int64_t left = sizes.sequences - first;
  const int group = left < kGroup ? static_cast<int>(left) : kGroup;
  const int64_t row = picture * sizes.sequences + first;
  weights += row * sizes.regions;
  score_regions(queries + row * sizes.size, keys + picture * sizes.regions * sizes.size, score, weights, group, sizes);
  __syncthreads();
  softmax_rows(weights, group, sizes.regions);
  __syncthreads();
  sum_values(weights, values + picture * sizes.regions * sizes.feature_size, context + row * sizes.feature_size, group, sizes);
}

}  // namespace

cudaError_t additive_attention_step_cuda(const float* queries, const float* keys, const float* score, const float* values, float* weights,
                                         float* context, AttentionStepSizes sizes, cudaStream_t stream) {
  const dim3 blocks(static_cast<unsigned>(sizes.pictures), static_cast<unsigned>((sizes.sequences + kGroup - 1) / kGroup));
  if (blocks.x == 0 || blocks.y == 0) return cudaSuccess;  // a grid of nothing is refused
  attention_step<<<blocks, kThreads, 0, stream>>>(queries, keys, score, values, weights, context, sizes);
  return cudaGetLastError();
}

}  // namespace saccade
