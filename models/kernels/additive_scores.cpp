#include "models/kernels/additive_scores.h"

#include <ATen/Parallel.h>

#include "models/kernels/additive_scores_cpu.h"

namespace saccade {
namespace {

using torch::Tensor;

AdditiveSizes sizes_of(const Tensor& queries, const Tensor& keys) {
  return {.sequences = queries.size(1), .regions = keys.size(1), .size = keys.size(2)};
}

/// In float32 on the CPU.
struct AdditiveScores : torch::autograd::Function<AdditiveScores> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& queries_any, const Tensor& keys_any,
                        const Tensor& score_any) {
    const auto queries = queries_any.contiguous(), keys = keys_any.contiguous(), score = score_any.contiguous();
    context->save_for_backward({queries, keys, score});
    const auto sizes = sizes_of(queries, keys);
    const auto heads = score.numel() / sizes.size;
    auto scores = torch::empty({queries.size(0), sizes.sequences, sizes.regions}, queries.options());
    const auto *q = queries.const_data_ptr<float>(), *k = keys.const_data_ptr<float>(), *v = score.const_data_ptr<float>();
    auto* s = scores.mutable_data_ptr<float>();
    at::parallel_for(0, queries.size(0), 1, [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        additive_scores_cpu(q + b * sizes.sequences * sizes.size, k + b * sizes.regions * sizes.size, v + b % heads * sizes.size,
                            s + b * sizes.sequences * sizes.regions, sizes);
      }
    });
    return scores;
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto &queries = saved[0], &keys = saved[1], &score = saved[2];
    const auto scores_gradient = gradients[0].contiguous();
    const auto sizes = sizes_of(queries, keys);
    const auto heads = score.numel() / sizes.size;
    auto queries_gradient = torch::zeros_like(queries), keys_gradient = torch::zeros_like(keys);
    auto score_gradient =
        torch::zeros({queries.size(0), sizes.size}, score.options());  // a row a picture: the sum must not depend on threads
    const auto *q = queries.const_data_ptr<float>(), *k = keys.const_data_ptr<float>(), *v = score.const_data_ptr<float>();
    const auto* ds = scores_gradient.const_data_ptr<float>();
    auto *dq = queries_gradient.mutable_data_ptr<float>(), *dk = keys_gradient.mutable_data_ptr<float>(),
         *dv = score_gradient.mutable_data_ptr<float>();
    at::parallel_for(0, queries.size(0), 1, [&](int64_t begin, int64_t end) {
      for (int64_t b = begin; b < end; ++b) {
        const auto query = b * sizes.sequences * sizes.size, key = b * sizes.regions * sizes.size;
        additive_scores_backward_cpu(q + query, k + key, v + b % heads * sizes.size, ds + b * sizes.sequences * sizes.regions, dq + query,
                                     dk + key, dv + b * sizes.size, sizes);
      }
    });
    return {queries_gradient, keys_gradient, score_gradient.view({-1, heads, sizes.size}).sum(0).view_as(score)};
  }
};

}  // namespace

Tensor additive_scores_plain(const Tensor& queries, const Tensor& keys, const Tensor& score) {
  const auto terms = (keys.unsqueeze(1) + queries.unsqueeze(2)).tanh();  // [B, K, L, A]
  if (score.dim() == 1) return terms.matmul(score);
  const auto by_heads = terms.unflatten(0, {-1, score.size(0)});                       // [B / N, N, K, L, A]
  return by_heads.matmul(score.unsqueeze(1).unsqueeze(-1)).squeeze(-1).flatten(0, 1);  // [B, K, L]
}

Tensor additive_scores(const Tensor& queries, const Tensor& keys, const Tensor& score) {
  const bool by_hand = queries.is_cpu() && score.scalar_type() == torch::kFloat;
  if (!by_hand) return additive_scores_plain(queries, keys, score);
  return AdditiveScores::apply(queries.to(torch::kFloat), keys.to(torch::kFloat), score);
}

Tensor additive_scores_by_heads(const Tensor& queries, const Tensor& keys, const Tensor& score) {
  const auto heads = keys.size(1);
  if (heads == 1) return additive_scores(queries, keys.squeeze(1), score).unsqueeze(1);
  const auto parts = queries.unflatten(-1, {heads, -1}).transpose(1, 2).flatten(0, 1);  // [B · N, K, a]
  return additive_scores(parts, keys.flatten(0, 1), score.view({heads, -1})).unflatten(0, {-1, heads});
}

}  // namespace saccade
