#pragma once

#include "models/refiners/refiner.h"

namespace saccade {

/// Every region hears of every other: x += heads(LayerNorm x), x += W2 ReLU(W1 LayerNorm x), `blocks` times over; Vaswani et al. 2017,
/// 3.1-3.2, with LayerNorm before each half (Xiong et al. 2020). At first each region is told its place by a linear map of box_encoding.
///
/// Origin. What block after block leaves in a place is followed back as attention rollout does (Abnar & Zuidema 2020): each block mixes
/// regions by its weights, heads averaged, and keeps a region itself by its residual connection; the products over blocks are the shares.
/// Rollout counts both halves alike; here they count by their lengths, ‖x‖ and ‖what attention adds‖, so that a block that adds nothing
/// moves nothing (the reading of Kobayashi et al. 2021). It is a reading of the network: no gradient passes through it.
class SelfAttentionImpl : public RefinerModule {
 public:
  SelfAttentionImpl(const RefinerConfig& config, int64_t feature_size, const std::vector<RegionBox>& boxes);

  int64_t feature_size() const override { return feature_size_; }
  Refined forward(const torch::Tensor& features) override;
  void to(torch::Device device, bool non_blocking) override;

 private:
  int64_t feature_size_;
  torch::Tensor boxes_;  // [R, kBoxEncodingSize]: the config and the encoder say it again, so no model file holds it
  torch::nn::Linear place_{nullptr};
  torch::nn::ModuleList blocks_{nullptr};
  torch::nn::LayerNorm norm_{nullptr};
};

}  // namespace saccade
