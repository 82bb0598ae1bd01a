#pragma once

#include <torch/torch.h>

namespace saccade {

/// A linear layer inside a recurrence, for one sequence of steps. Its weight is converted to the type of autocast once, and its gradient is
/// one large product over all steps at the end, where each step would otherwise add a small one to it. Differentiable once.
class RecurrentLinear {
 public:
  explicit RecurrentLinear(const torch::nn::Linear& linear);
  /// input [B, K, in] → [B, K, out] of the input's type.
  torch::Tensor operator()(const torch::Tensor& input) const;

  struct Steps;  // what the steps leave for the gradient of the weight

 private:
  torch::Tensor weight_;
  c10::intrusive_ptr<Steps> steps_;
};

}  // namespace saccade
