#pragma once

#include "models/attention/attention.h"

namespace saccade {

/// weights [B, ..., L] over what was attended to → [B, ..., R] over the picture's own regions: the same, but where a refiner mixed them. In
/// full precision.
torch::Tensor over_picture(const torch::Tensor& weights, const Memory& memory);

}  // namespace saccade
