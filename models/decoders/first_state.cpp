#include "models/decoders/first_state.h"

namespace saccade {

FirstStateImpl::FirstStateImpl(const DecoderConfig& config, int64_t feature_size, int64_t layers)
    : layers_(layers), hidden_size_(config.hidden_size) {
  if (config.initial_state == InitialState::kZero) return;
  hidden_ = register_module("hidden", torch::nn::Linear(feature_size, layers * hidden_size_));
  cell_ = register_module("cell", torch::nn::Linear(feature_size, layers * hidden_size_));
}

DecoderState FirstStateImpl::forward(const torch::Tensor& mean, int64_t sequences) {
  if (hidden_.is_empty()) {
    const auto zero = torch::zeros({mean.size(0), sequences, layers_, hidden_size_}, mean.options());
    return {{zero, zero}};
  }
  const auto for_each_sequence = [&](torch::nn::Linear& linear) {
    const auto state = linear(mean).to(mean.scalar_type()).tanh().view({-1, 1, layers_, hidden_size_});
    return state.expand({-1, sequences, -1, -1}).contiguous();  // [B, K, layers, H]
  };
  return {{for_each_sequence(hidden_), for_each_sequence(cell_)}};
}

}  // namespace saccade
