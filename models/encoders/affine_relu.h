#pragma once

#include "models/encoders/fused_convolution.h"

namespace saccade {

/// max(0, scale · x + shift) for each channel, computed in float32, in one pass. x [B, C, H, W], channels last; it may be the first C
/// channels of a wider tensor. The result is dense and of x's type.
torch::Tensor affine_relu(const torch::Tensor& x, const Affine& affine);

}  // namespace saccade
