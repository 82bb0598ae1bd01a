#include "models/refiners/projection.h"

namespace saccade {

ProjectionImpl::ProjectionImpl(const RefinerConfig& config, int64_t feature_size) : size_(config.size) {
  standardise_ = register_module("standardise", torch::nn::BatchNorm1d(torch::nn::BatchNorm1dOptions(feature_size).affine(false)));
  linear_ = register_module("linear", torch::nn::Linear(feature_size, size_));
  norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({size_})));
}

Refined ProjectionImpl::forward(const torch::Tensor& features) {
  const auto alike = standardise_(features.flatten(0, 1)).view(features.sizes());
  return {.features = norm_(linear_(alike).to(torch::kFloat)).relu()};  // the linear map alone may run in a short type
}

}  // namespace saccade
