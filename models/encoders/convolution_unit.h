/// Convolution, batch norm, activation: what every network here is built from.
#pragma once

#include <memory>
#include <string>

#include "models/encoders/fused_convolution.h"

namespace saccade {

/// Parts of a network that can be fused for inference.
class Fusable {
 public:
  virtual ~Fusable() = default;
  virtual void fuse(torch::ScalarType type) = 0;
};

/// The plain modules while a network trains, one fused operation after `fuse`. The modules belong to `owner`, which gives them their names.
class ConvolutionUnit : public Fusable {
 public:
  struct Names {
    std::string convolution;
    std::string norm;  ///< empty: no batch norm
  };
  ConvolutionUnit(torch::nn::Module& owner, const Names& names, const torch::nn::Conv2dOptions& options, Activation activation);

  /// x [B, C, H, W]
  torch::Tensor operator()(const torch::Tensor& x);
  /// activation(norm(convolution(x)) + residual). Once fused, `residual` is overwritten.
  torch::Tensor add_to(const torch::Tensor& residual, const torch::Tensor& x);

  void fuse(torch::ScalarType type) override;

 private:
  torch::Tensor plain(const torch::Tensor& x);

  torch::nn::Conv2d convolution_;
  torch::nn::BatchNorm2d norm_{nullptr};
  Activation activation_;
  std::shared_ptr<FusedConvolution> fused_;
};

/// Batch norm and ReLU before a convolution, where they cannot be folded into it.
class NormUnit : public Fusable {
 public:
  NormUnit(torch::nn::Module& owner, const std::string& name, int64_t channels);

  /// x [B, C, H, W]; once fused, it may be the first C channels of a wider channels-last tensor.
  torch::Tensor operator()(const torch::Tensor& x);

  void fuse(torch::ScalarType type) override;

 private:
  torch::nn::BatchNorm2d norm_;
  Affine affine_;  // undefined until fused
};

/// A square convolution without bias whose grid shrinks by its stride alone.
torch::nn::Conv2dOptions same_convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1);

}  // namespace saccade
