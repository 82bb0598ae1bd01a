/// A convolution as inference wants it: batch norm folded in, activation in the same pass, weights in the layout of the device's kernels.
#pragma once

#include <torch/torch.h>

#include <array>

namespace saccade {

enum class Activation { kNone, kRelu, kRelu6 };

torch::Tensor activate(const torch::Tensor& x, Activation activation);

/// Scale and shift that a batch norm applies with its running statistics: y = scale · x + shift.
struct Affine {
  torch::Tensor scale, shift;  ///< [C] float32
};
Affine affine_of(const torch::nn::BatchNorm2d& norm);

/// Whether oneDNN takes this type on this CPU: it refuses bfloat16 where there is no AVX-512.
bool onednn_computes(torch::ScalarType type);

class FusedConvolution {
 public:
  /// `norm` may be empty. Computes in `type` on the device of the weights.
  FusedConvolution(const torch::nn::Conv2d& convolution, const torch::nn::BatchNorm2d& norm, Activation activation, torch::ScalarType type);

  /// x [B, C, H, W] of the type, channels last. The first call packs the weights for its size and must not run beside another.
  torch::Tensor operator()(const torch::Tensor& x);
  /// activation(convolution(x) + residual); `residual` is overwritten and returned.
  torch::Tensor add_to(const torch::Tensor& residual, const torch::Tensor& x);

 private:
  void pack(const torch::Tensor& x);

  torch::Tensor weight_, bias_;  // folded, of the type
  torch::Tensor packed_;         // in oneDNN's layout; undefined where oneDNN is not used or before the first call
  bool uses_onednn_;
  Activation activation_;
  std::array<int64_t, 2> stride_, padding_, dilation_;
  int64_t groups_;
};

}  // namespace saccade
