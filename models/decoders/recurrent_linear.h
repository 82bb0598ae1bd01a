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

  /// What the steps leave for the gradient of the weight.
  struct Steps : torch::CustomClassHolder {
    torch::Tensor weight, bias;  // [out, in] and [out] or undefined, detached, in the type of the products
    torch::ScalarType parameter_type;
    std::vector<torch::Tensor> inputs, gradients;  // [B·K, in] and [B·K, out] of each step; a gradient is undefined until it arrives
  };

 private:
  torch::Tensor weight_;
  c10::intrusive_ptr<Steps> steps_;
};

}  // namespace saccade
