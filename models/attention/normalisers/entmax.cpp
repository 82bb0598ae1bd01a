#include "models/attention/normalisers/entmax.h"

namespace saccade {
namespace {

using torch::Tensor;

struct Entmax15 : torch::autograd::Function<Entmax15> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& scores) {
    // As in sparsemax: at 1 or more below the highest there is no weight.
    const auto heights = ((scores - scores.amax(-1, /*keepdim=*/true)) / 2).clamp_min(-1);
    const auto sorted = std::get<0>(heights.sort(-1, /*descending=*/true));
    const auto ranks = torch::arange(1, scores.size(-1) + 1, scores.options());
    // If the k highest have all the weight, τ solves Σ (h - τ)² = 1 over them, a square equation in their mean and spread.
    const auto mean = sorted.cumsum(-1) / ranks;
    const auto spread = sorted.square().cumsum(-1) - ranks * mean.square();  // Σ (h - mean)²
    const auto thresholds = mean - ((1 - spread) / ranks).clamp_min(0).sqrt();
    const auto support = (sorted > thresholds).sum(-1, /*keepdim=*/true).clamp_min(1);
    const auto weights = (heights - thresholds.gather(-1, support - 1)).clamp_min(0).square();
    context->save_for_backward({weights});
    return weights;
  }

  /// dw = s ∘ (g - (s · g) / Σ s) with s = √w (ibid., proposition 2 with α = 1.5).
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto slope = context->get_saved_variables()[0].sqrt();
    const auto mean = (slope * gradients[0]).sum(-1, /*keepdim=*/true) / slope.sum(-1, /*keepdim=*/true);
    return {slope * (gradients[0] - mean)};
  }
};

}  // namespace

Tensor entmax15(const Tensor& scores) { return Entmax15::apply(scores.to(torch::promote_types(scores.scalar_type(), torch::kFloat))); }

}  // namespace saccade
