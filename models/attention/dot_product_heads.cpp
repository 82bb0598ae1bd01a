#include "models/attention/dot_product_heads.h"

#include <cmath>

namespace saccade {

torch::Tensor split_heads(const torch::Tensor& rows, int64_t heads) {
  return rows.unflatten(-1, {heads, rows.size(-1) / heads}).transpose(1, 2);  // [B, N, Q, H / N]
}

HeadsLook look_with_heads(const torch::Tensor& queries, const torch::Tensor& keys, const torch::Tensor& values) {
  const double scale = 1 / std::sqrt(static_cast<double>(queries.size(-1)));
  const auto scores = (queries * scale).matmul(keys.transpose(-2, -1));  // [B, N, Q, L]
  const auto weights = scores.softmax(-1, torch::promote_types(scores.scalar_type(), torch::kFloat));
  return {.context = weights.to(values.scalar_type()).matmul(values).transpose(1, 2).flatten(2), .scores = scores, .weights = weights};
}

}  // namespace saccade
