#pragma once

#include "models/refiners/refiner.h"

namespace saccade {

/// Structured self-attention: A = softmax(W2 tanh(W1 Xᵀ)), a row a hop, and A X in the regions' stead; Lin et al. 2017, eq. 6-7. The
/// decoder attends to hops, and the regions it saw are its weights times A. The penalty ‖A Aᵀ - I‖² (eq. 8, Frobenius) keeps the hops
/// apart.
class StructuredAttentionImpl : public RefinerModule {
 public:
  StructuredAttentionImpl(const RefinerConfig& config, int64_t feature_size);

  int64_t feature_size() const override { return feature_size_; }
  Refined forward(const torch::Tensor& features) override;

 private:
  int64_t feature_size_, hops_;
  torch::nn::Linear hidden_{nullptr}, hop_scores_{nullptr};  // W1, W2: neither has a bias
};

}  // namespace saccade
