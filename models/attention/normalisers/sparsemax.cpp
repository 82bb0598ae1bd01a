#include "models/attention/normalisers/sparsemax.h"

namespace saccade {
namespace {

using torch::Tensor;

struct Sparsemax : torch::autograd::Function<Sparsemax> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& scores) {
    // What lies 1 or more below the highest has no weight, wherever it lies: cut off there, sums of large scores round nothing away.
    const auto heights = (scores - scores.amax(-1, /*keepdim=*/true)).clamp_min(-1);
    const auto sorted = std::get<0>(heights.sort(-1, /*descending=*/true));
    const auto ranks = torch::arange(1, scores.size(-1) + 1, scores.options());
    const auto excess = sorted.cumsum(-1) - 1;                                              // Σ of the k highest - 1
    const auto support = (sorted * ranks > excess).sum(-1, /*keepdim=*/true).clamp_min(1);  // how many have weight
    const auto threshold = excess.gather(-1, support - 1) / support;                        // τ
    const auto weights = (heights - threshold).clamp_min(0);
    context->save_for_backward({weights});
    return weights;
  }

  /// On the support the identity less its mean; 0 elsewhere (ibid., eq. 14).
  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto support = (context->get_saved_variables()[0] > 0).to(gradients[0].scalar_type());
    const auto gradient = gradients[0] * support;
    const auto mean = gradient.sum(-1, /*keepdim=*/true) / support.sum(-1, /*keepdim=*/true);
    return {gradient - mean * support};
  }
};

}  // namespace

Tensor sparsemax(const Tensor& scores) { return Sparsemax::apply(scores.to(torch::promote_types(scores.scalar_type(), torch::kFloat))); }

}  // namespace saccade
