#pragma once

#include <torch/torch.h>

#include <vector>

#include "models/encoders/region_box.h"

namespace saccade {

/// Numbers that `box_encoding` gives for a region.
inline constexpr int64_t kBoxEncodingSize = 48;

/// Where each region lies, for a network that sees no order: sines and cosines of the centre's place across and down and of the box's width
/// and height, each at six frequencies, π to 2⁵π over the picture (the form of Vaswani et al. 2017, 3.5, over places in place of
/// positions). Boxes alone are read: a grid, two grids laid over each other, or a detector's boxes. → [R, kBoxEncodingSize] float on the
/// CPU.
torch::Tensor box_encoding(const std::vector<RegionBox>& boxes);

}  // namespace saccade
