#include "models/encoders/convolution_unit.h"

#include "models/encoders/affine_relu.h"

namespace saccade {

torch::nn::Conv2dOptions same_convolution(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  return torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false);
}

ConvolutionUnit::ConvolutionUnit(torch::nn::Module& owner, const Names& names, const torch::nn::Conv2dOptions& options,
                                 Activation activation)
    : convolution_(owner.register_module(names.convolution, torch::nn::Conv2d(options))), activation_(activation) {
  // He et al. 2015: keeps the variance through ReLUs, without which a deep network of random weights gives zeros.
  torch::nn::init::kaiming_normal_(convolution_->weight, 0, torch::kFanOut, torch::kReLU);
  if (options.bias()) torch::nn::init::zeros_(convolution_->bias);
  if (!names.norm.empty()) norm_ = owner.register_module(names.norm, torch::nn::BatchNorm2d(options.out_channels()));
}

torch::Tensor ConvolutionUnit::plain(const torch::Tensor& x) {
  const auto y = convolution_(x);
  return norm_.is_empty() ? y : norm_(y);
}

torch::Tensor ConvolutionUnit::operator()(const torch::Tensor& x) { return fused_ ? (*fused_)(x) : activate(plain(x), activation_); }

torch::Tensor ConvolutionUnit::add_to(const torch::Tensor& residual, const torch::Tensor& x) {
  return fused_ ? fused_->add_to(residual, x) : activate(plain(x) + residual, activation_);
}

void ConvolutionUnit::fuse(torch::ScalarType type) { fused_ = std::make_shared<FusedConvolution>(convolution_, norm_, activation_, type); }

NormUnit::NormUnit(torch::nn::Module& owner, const std::string& name, int64_t channels)
    : norm_(owner.register_module(name, torch::nn::BatchNorm2d(channels))) {}

torch::Tensor NormUnit::operator()(const torch::Tensor& x) { return affine_.scale.defined() ? affine_relu(x, affine_) : norm_(x).relu(); }

void NormUnit::fuse(torch::ScalarType) { affine_ = affine_of(norm_); }

}  // namespace saccade
