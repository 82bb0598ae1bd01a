#pragma once

#include <torch/torch.h>

namespace saccade {

/// While it lives, on its thread, large products on `device` run in `type` (bfloat16) and all else in float32; weights and gradients stay
/// float32. For the forward pass and the loss; the backward pass follows what the forward pass did.
class MixedPrecision {
 public:
  MixedPrecision(torch::Device device, torch::ScalarType type);
  ~MixedPrecision();
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;

 private:
  torch::DeviceType device_;
  bool was_enabled_;
  torch::ScalarType previous_type_;
};

}  // namespace saccade
