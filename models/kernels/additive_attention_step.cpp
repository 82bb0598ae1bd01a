#include "models/kernels/additive_attention_step.h"

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "models/kernels/additive_attention_step_cuda.h"
#include "models/kernels/additive_scores.h"

namespace saccade {
namespace {

using torch::Tensor;

bool needs_gradient(std::initializer_list<Tensor> tensors) {
  return at::GradMode::is_enabled() &&
         std::any_of(tensors.begin(), tensors.end(), [](const Tensor& tensor) { return tensor.requires_grad(); });
}

std::tuple<Tensor, Tensor, Tensor> step_on_gpu(const Tensor& queries, const Tensor& keys, const Tensor& score, const Tensor& values) {
  const c10::cuda::CUDAGuard guard(values.device());
  const AttentionStepSizes sizes{.pictures = queries.size(0),
                                 .sequences = queries.size(1),
                                 .regions = keys.size(1),
                                 .size = keys.size(2),
                                 .feature_size = values.size(2)};
  auto weights = torch::empty({sizes.pictures, sizes.sequences, sizes.regions}, values.options());
  auto context = torch::empty({sizes.pictures, sizes.sequences, sizes.feature_size}, values.options());
  const auto q = queries.contiguous(), k = keys.contiguous(), v = score.contiguous(), x = values.contiguous();
  C10_CUDA_CHECK(additive_attention_step_cuda(q.const_data_ptr<float>(), k.const_data_ptr<float>(), v.const_data_ptr<float>(),
                                              x.const_data_ptr<float>(), weights.mutable_data_ptr<float>(),
                                              context.mutable_data_ptr<float>(), sizes, c10::cuda::getCurrentCUDAStream()));
  return {context, weights, {}};
}

}  // namespace

std::tuple<Tensor, Tensor, Tensor> additive_attention_step(const Tensor& queries, const Tensor& keys, const Tensor& score,
                                                           const Tensor& values) {
  const auto is_float = [](const Tensor& tensor) { return tensor.scalar_type() == torch::kFloat; };
  const bool one_kernel = values.is_cuda() && is_float(queries) && is_float(keys) && is_float(score) && is_float(values) &&
                          !needs_gradient({queries, keys, score, values});
  if (one_kernel) return step_on_gpu(queries, keys, score, values);
  const auto scores = additive_scores(queries, keys, score);  // [B, K, L]
  const auto weights = scores.softmax(-1);
  return {weights.bmm(values), weights, scores};
}

}  // namespace saccade
