/// Kernels: the few operations that are worth writing by hand. Each has a plain version in tensor operations, which its test holds it
/// against.
#pragma once

#include <torch/torch.h>

namespace saccade {

/// queries [B, K, A], keys [B, L, A], score [A] → Σ_a score · tanh(queries + keys) [B, K, L]. Of N heads that stand in the place of
/// pictures, head after head of each picture, score is [N, A]. Nothing of [B, K, L, A] is kept for the gradient on the CPU. Differentiable
/// once.
torch::Tensor additive_scores(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& score);

/// queries [B, K, N · a], keys [B, N, L, a], score [N · a] → [B, N, K, L]: the same for each head's part.
torch::Tensor additive_scores_by_heads(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& score);

/// additive_scores in tensor operations: for other devices and types, and the reference of the test.
torch::Tensor additive_scores_plain(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& score);

}  // namespace saccade
