#pragma once

#include <torch/torch.h>

namespace saccade {

/// What several heads saw, each in its own part of the channels.
struct HeadsLook {
  torch::Tensor context;  ///< [B, Q, H] of all heads side by side
  torch::Tensor scores;   ///< [B, N, Q, L] before the softmax
  torch::Tensor weights;  ///< [B, N, Q, L] each row sums to 1
};

/// rows [B, Q, H] → [B, N, Q, H / N].
torch::Tensor split_heads(const torch::Tensor& rows, int64_t heads);

/// Scaled dot-product attention of many heads, Vaswani et al. 2017, eq. 1: softmax(q · k / √(H / N)) over the L, then the sum of the
/// values. queries [B, N, Q, H / N], keys and values [B, N, L, H / N].
HeadsLook look_with_heads(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values);

}  // namespace saccade
