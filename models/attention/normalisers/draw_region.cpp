#include "models/attention/normalisers/draw_region.h"

namespace saccade {

Shares draw_region(const torch::Tensor& scores, double sampled_share) {
  const auto log_weights = scores.log_softmax(-1);
  const auto weights = log_weights.exp();
  // The first arrival of Poisson processes with these rates: a draw that the host need not wait for.
  const auto drawn = (weights.detach() / torch::empty_like(weights).exponential_()).argmax(-1, /*keepdim=*/true);
  const auto one_hot = torch::zeros_like(weights).scatter(-1, drawn, 1);
  const auto sampled = (torch::rand_like(drawn, scores.options()) < sampled_share).to(weights.scalar_type());  // [..., 1]
  return {.weights = weights,
          .taken = sampled * one_hot + (1 - sampled) * weights,
          .log_probability = (sampled * log_weights.gather(-1, drawn)).squeeze(-1),
          .entropy = -(weights * log_weights).sum(-1)};
}

}  // namespace saccade
