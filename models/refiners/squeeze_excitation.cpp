#include "models/refiners/squeeze_excitation.h"

namespace saccade {

SqueezeExcitationImpl::SqueezeExcitationImpl(const RefinerConfig& config, int64_t feature_size) : feature_size_(feature_size) {
  squeeze_ = register_module("squeeze", torch::nn::Linear(feature_size, config.hidden_size));
  excite_ = register_module("excite", torch::nn::Linear(config.hidden_size, feature_size));
}

Refined SqueezeExcitationImpl::forward(const torch::Tensor& features) {
  const auto gate = excite_(squeeze_(features.mean(1)).relu()).sigmoid();  // [B, D]
  return {.features = features * gate.unsqueeze(1)};
}

}  // namespace saccade
