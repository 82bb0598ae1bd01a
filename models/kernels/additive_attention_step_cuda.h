/// One step of additive attention on the GPU: scores, softmax and context in one kernel, each picture read once for up to 8 sequences.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace saccade {

struct AttentionStepSizes {
  int64_t pictures, sequences, regions, size, feature_size;  ///< B, K, L, A, D: any, B below 2^31 and K below 2^19
};

/// All on the device, contiguous float32: queries [B, K, A], keys [B, L, A], score [A], values [B, L, D] → weights [B, K, L], context [B,
/// K, D]. Returns what the launch returned.
cudaError_t additive_attention_step_cuda(const float* queries, const float* keys, const float* score, const float* values, float* weights,
                                         float* context, AttentionStepSizes sizes, cudaStream_t stream);

}  // namespace saccade
