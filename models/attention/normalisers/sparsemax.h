#pragma once

#include <torch/torch.h>

namespace saccade {

/// scores [..., L] → [..., L]: the point of the simplex that is nearest to them, max(scores - τ, 0) with the τ at which it sums to 1, found
/// exactly by sorting (Martins & Astudillo 2016, algorithm 1). At least float32. Differentiable once.
torch::Tensor sparsemax(const torch::Tensor& scores);

}  // namespace saccade
