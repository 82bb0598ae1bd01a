#pragma once

#include <torch/torch.h>

#include <cmath>

namespace saccade {

/// terms [B, N, K, L, a] weighed by factors [A], of which head n has its own a: → Σ_a factors · terms [B, N, K, L].
inline torch::Tensor sum_by_heads(const torch::Tensor& terms, const torch::Tensor& factors) {
  if (terms.size(1) == 1) return terms.matmul(factors);
  const auto columns = factors.view({terms.size(1), 1, terms.size(-1), 1});  // [N, 1, a, 1]
  return terms.matmul(columns).squeeze(-1);
}

/// Factors [A] before training: as a Linear of size A → 1 would begin.
inline torch::Tensor first_factors(int64_t size) {
  const double bound = 1 / std::sqrt(static_cast<double>(size));
  return torch::empty(size).uniform_(-bound, bound);
}

}  // namespace saccade
