#pragma once

#include <torch/torch.h>

#include "models/attention/attention_config.h"

namespace saccade {

struct Shares {
  torch::Tensor weights;                   ///< [B, N, K, L] each row sums to 1
  torch::Tensor taken;                     ///< what the values are summed by: the weights, or what was drawn by them
  torch::Tensor log_probability, entropy;  ///< [B, N, K] of what was drawn (Attended); undefined where nothing was
};

/// scores [B, N, K, L] by the normaliser of the config; `training` matters to the hard one.
Shares normalise(const torch::Tensor& scores, const AttentionConfig& config, bool training);

}  // namespace saccade
