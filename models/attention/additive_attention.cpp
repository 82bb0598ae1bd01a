#include "models/attention/additive_attention.h"

#include <cmath>

#include "models/kernels/additive_attention_step.h"

namespace saccade {

AdditiveAttentionImpl::AdditiveAttentionImpl(const AttentionConfig& config, int64_t feature_size)
    : size_(config.size), feature_size_(feature_size) {
  key_projection_ = register_module("key_projection", torch::nn::Linear(torch::nn::LinearOptions(feature_size, size_).bias(false)));
  const double bound = 1 / std::sqrt(static_cast<double>(size_));  // as a Linear of size A → 1 would begin
  score_ = register_parameter("score", torch::empty(size_).uniform_(-bound, bound));
}

Memory AdditiveAttentionImpl::prepare(const torch::Tensor& features) {
  return {.values = features, .mean = features.mean(1), .keys = key_projection_(features).to(score_.scalar_type())};
}

Attended AdditiveAttentionImpl::attend(const torch::Tensor& query, const Memory& memory) {
  const auto [context, weights] = additive_attention_step(query, memory.keys, score_, memory.values);
  return {.context = context, .weights = weights};
}

}  // namespace saccade
