#include "models/refiners/structured_attention.h"

namespace saccade {

StructuredAttentionImpl::StructuredAttentionImpl(const RefinerConfig& config, int64_t feature_size)
    : feature_size_(feature_size), hops_(config.hops) {
  hidden_ = register_module("hidden", torch::nn::Linear(torch::nn::LinearOptions(feature_size, config.hidden_size).bias(false)));
  hop_scores_ = register_module("hop_scores", torch::nn::Linear(torch::nn::LinearOptions(config.hidden_size, hops_).bias(false)));
}

Refined StructuredAttentionImpl::forward(const torch::Tensor& features) {
  const auto scores = hop_scores_(hidden_(features).tanh()).to(features.scalar_type());  // [B, R, hops]
  const auto hops = scores.softmax(1).transpose(1, 2);                                   // [B, hops, R]
  // Sums and products of few numbers, which a short type of autocast would blur.
  const auto overlaps = (hops.unsqueeze(2) * hops.unsqueeze(1)).sum(-1);  // [B, hops, hops]
  const auto penalty = (overlaps - torch::eye(hops_, overlaps.options())).square().sum({1, 2}).mean();
  return {.features = hops.bmm(features).to(features.scalar_type()), .origin = hops, .penalty = penalty};
}

}  // namespace saccade
