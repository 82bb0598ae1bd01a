/// What all native convolutional networks share: their regions are the cells of a grid.
#pragma once

#include <optional>

#include "models/encoders/encoder.h"

namespace saccade {

class GridEncoder : public EncoderModule {
 public:
  torch::Tensor forward(const torch::Tensor& pictures) override;
  int64_t feature_size() const override { return feature_size_; }
  std::vector<RegionBox> regions(int64_t side) const override { return grid_regions(grid_side(side)); }
  void optimise_for_inference(torch::ScalarType type) override;

 protected:
  explicit GridEncoder(const EncoderConfig& config) : layer_(config.layer), picture_size_(config.picture_size) {}

  /// pictures [B, 3, S, S] → [B, D, G, G]
  virtual torch::Tensor grid(const torch::Tensor& pictures) = 0;
  /// G for an input of S pixels.
  virtual int64_t grid_side(int64_t side) const = 0;

  RegionLayer layer_;
  int64_t feature_size_ = 0;

 private:
  torch::Tensor fused_features(const torch::Tensor& pictures);

  int64_t picture_size_;
  std::optional<torch::ScalarType> fused_type_;
};

/// The finer grid averaged onto the cells of the coarser one, and both side by side. [B, D1, G, G], [B, D2, ≥G, ≥G] → [B, D1 + D2, G, G]
torch::Tensor pool_onto(const torch::Tensor& coarse, const torch::Tensor& fine);

/// Side of a grid after a convolution or pooling that is padded to shrink by its stride alone.
inline int64_t strided(int64_t side, int64_t stride) { return (side + stride - 1) / stride; }

}  // namespace saccade
