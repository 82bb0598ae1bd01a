#include "models/encoders/fused_convolution.h"

#include <ATen/core/dispatch/Dispatcher.h>

namespace saccade {
namespace {

// oneDNN's fused convolutions have no C++ function in ATen; they are reached by their names in the dispatcher.
template <typename Signature>
auto onednn(const char* name, const char* overload) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, overload).template typed<Signature>();
}

using Scalars = c10::List<std::optional<at::Scalar>>;
using Reorder = at::Tensor(const at::Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, int64_t, at::OptionalIntArrayRef);
using Convolve = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef, at::IntArrayRef,
                            at::IntArrayRef, int64_t, std::string_view, Scalars, std::optional<std::string_view>);
using ConvolveAndAdd = at::Tensor&(at::Tensor&, const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, at::IntArrayRef,
                                   at::IntArrayRef, at::IntArrayRef, int64_t, std::string_view, std::optional<at::Scalar>,
                                   std::optional<std::string_view>, Scalars, std::optional<std::string_view>);

std::string_view onednn_name(Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return "none";
    case Activation::kRelu:
      return "relu";
    case Activation::kRelu6:
      return "hardtanh";
  }
  TORCH_CHECK(false, "unknown activation");
}

Scalars onednn_scalars(Activation activation) {
  Scalars scalars;
  if (activation == Activation::kRelu6) {
    scalars.push_back(at::Scalar(0.0));
    scalars.push_back(at::Scalar(6.0));
  }
  return scalars;
}

torch::Tensor activate_in_place(torch::Tensor x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return x.relu_();
    case Activation::kRelu6:
      return x.clamp_(0, 6);
  }
  TORCH_CHECK(false, "unknown activation");
}

}  // namespace

torch::Tensor activate(const torch::Tensor& x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kRelu:
      return x.relu();
    case Activation::kRelu6:
      return x.clamp(0, 6);
  }
  TORCH_CHECK(false, "unknown activation");
}

bool onednn_computes(torch::ScalarType type) {
  if (!at::globalContext().hasMKLDNN()) return false;
  static const bool has_bfloat16 = onednn<bool()>("mkldnn::_is_mkldnn_bf16_supported", "").call();
  return type == torch::kFloat32 || (type == torch::kBFloat16 && has_bfloat16);
}

Affine affine_of(const torch::nn::BatchNorm2d& norm) {
  const torch::NoGradGuard no_gradients;
  const auto double_of = [](const torch::Tensor& tensor) { return tensor.to(torch::kFloat64); };
  const auto scale = double_of(norm->weight) / (double_of(norm->running_var) + norm->options.eps()).sqrt();
  const auto shift = double_of(norm->bias) - double_of(norm->running_mean) * scale;
  return {.scale = scale.to(torch::kFloat32), .shift = shift.to(torch::kFloat32)};
}

FusedConvolution::FusedConvolution(const torch::nn::Conv2d& convolution, const torch::nn::BatchNorm2d& norm, Activation activation,
                                   torch::ScalarType type)
    : activation_(activation) {
  const torch::NoGradGuard no_gradients;
  const auto& options = convolution->options;
  stride_ = *options.stride();
  padding_ = *std::get<torch::ExpandingArray<2>>(options.padding());
  dilation_ = *options.dilation();
  groups_ = options.groups();

  auto weight = convolution->weight.to(torch::kFloat32);
  auto bias = convolution->bias.defined() ? convolution->bias.to(torch::kFloat32) : torch::zeros({weight.size(0)}, weight.options());
  if (!norm.is_empty()) {
    const auto [scale, shift] = affine_of(norm);
    weight = weight * scale.view({-1, 1, 1, 1});
    bias = bias * scale + shift;
  }
  uses_onednn_ = weight.is_cpu() && onednn_computes(type);
  weight_ = weight.detach().to(type).contiguous(torch::MemoryFormat::ChannelsLast);
  bias_ = bias.detach().to(type);
}

void FusedConvolution::pack(const torch::Tensor& x) {
  static const auto reorder = onednn<Reorder>("mkldnn::_reorder_convolution_weight", "");
  packed_ = reorder.call(weight_.contiguous(), padding_, stride_, dilation_, groups_, x.sizes());
  weight_.reset();
}

torch::Tensor FusedConvolution::operator()(const torch::Tensor& x) {
  if (!uses_onednn_) return activate_in_place(torch::conv2d(x, weight_, bias_, stride_, padding_, dilation_, groups_), activation_);
  static const auto convolve = onednn<Convolve>("mkldnn::_convolution_pointwise", "");
  if (!packed_.defined()) pack(x);
  return convolve.call(x, packed_, bias_, padding_, stride_, dilation_, groups_, onednn_name(activation_), onednn_scalars(activation_), "");
}

torch::Tensor FusedConvolution::add_to(const torch::Tensor& residual, const torch::Tensor& x) {
  auto sum = residual;
  if (!uses_onednn_) {
    sum.add_(torch::conv2d(x, weight_, bias_, stride_, padding_, dilation_, groups_));
    return activate_in_place(sum, activation_);
  }
  static const auto convolve_and_add = onednn<ConvolveAndAdd>("mkldnn::_convolution_pointwise_", "binary");
  if (!packed_.defined()) pack(x);
  const auto after = activation_ == Activation::kNone ? std::nullopt : std::optional(onednn_name(activation_));
  convolve_and_add.call(sum, x, packed_, bias_, padding_, stride_, dilation_, groups_, "add", 1.0, after, onednn_scalars(activation_), "");
  return sum;
}

}  // namespace saccade
