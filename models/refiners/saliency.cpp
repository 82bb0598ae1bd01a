#include "models/refiners/saliency.h"

namespace saccade {

SaliencyImpl::SaliencyImpl(const RefinerConfig& config, int64_t feature_size) : feature_size_(feature_size) {
  region_ = register_module("region", torch::nn::Linear(feature_size, config.hidden_size));
  strongest_ = register_module("strongest", torch::nn::Linear(torch::nn::LinearOptions(feature_size, config.hidden_size).bias(false)));
  score_ = register_module("score", torch::nn::Linear(config.hidden_size, 1));
}

Refined SaliencyImpl::forward(const torch::Tensor& features) {
  const auto hidden = (region_(features) + strongest_(features.amax(1)).unsqueeze(1)).tanh();  // [B, R, hidden]
  const auto saliency = score_(hidden).to(features.scalar_type()).sigmoid();                   // [B, R, 1]
  return {.features = features * saliency, .saliency = saliency.squeeze(-1)};
}

}  // namespace saccade
