#pragma once

#include "models/refiners/refiner.h"

namespace saccade {

/// Every channel times what the whole picture says of it: x · sigmoid(W2 ReLU(W1 mean of the regions)); Hu et al. 2018, eq. 2-4. The gate
/// is one for all regions: it tells which features count in this picture, not where.
class SqueezeExcitationImpl : public RefinerModule {
 public:
  SqueezeExcitationImpl(const RefinerConfig& config, int64_t feature_size);

  int64_t feature_size() const override { return feature_size_; }
  Refined forward(const torch::Tensor& features) override;

 private:
  int64_t feature_size_;
  torch::nn::Linear squeeze_{nullptr}, excite_{nullptr};  // W1, W2
};

}  // namespace saccade
