#pragma once

#include "models/refiners/refiner.h"

namespace saccade {

/// Every region becomes the weighted sum of those around it: weight ∝ exp(place + w · x), softmax over the neighbours that exist. `place`
/// is learned, one number a step across and down, so the sum can sharpen, blur or shift; w · x lets what a neighbour shows count too.
/// Regions are neighbours where their centres lie within half the neighbourhood, in units of the region's own box, and their boxes are of
/// about one size: of two grids laid over each other, each keeps to itself. The weights are the regions' origin, exactly.
class LocalSumImpl : public RefinerModule {
 public:
  LocalSumImpl(const RefinerConfig& config, int64_t feature_size, const std::vector<RegionBox>& boxes);

  int64_t feature_size() const override { return feature_size_; }
  Refined forward(const torch::Tensor& features) override;
  void to(torch::Device device, bool non_blocking) override;

 private:
  int64_t feature_size_;
  torch::Tensor steps_;                 // [R, R] long: from region to neighbour, an index of place_; the last: no neighbour
  torch::Tensor place_;                 // [neighbourhood²]
  torch::nn::Linear content_{nullptr};  // w
};

}  // namespace saccade
