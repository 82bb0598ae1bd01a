#pragma once

#include <torch/torch.h>

#include <tuple>

namespace saccade {

/// queries [B, K, A], keys [B, L, A], score [A], values [B, L, D] → context [B, K, D], weights [B, K, L], scores [B, K, L]: the softmax of
/// additive_scores over the regions, and the sum of the values by it. One kernel on the GPU where no gradient is wanted, which keeps no
/// scores (undefined); tensor operations elsewhere.
std::tuple<torch::Tensor, torch::Tensor, torch::Tensor> additive_attention_step(const torch::Tensor& queries, const torch::Tensor& keys,
                                                                                const torch::Tensor& score, const torch::Tensor& values);

}  // namespace saccade
