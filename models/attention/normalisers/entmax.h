#pragma once

#include <torch/torch.h>

namespace saccade {

/// scores [..., L] → [..., L]: max(scores / 2 - τ, 0)² with the τ at which it sums to 1, found exactly by sorting (Peters et al. 2019,
/// algorithm 2): sparse like sparsemax, smooth like softmax. At least float32. Differentiable once.
torch::Tensor entmax15(const torch::Tensor& scores);

}  // namespace saccade
