#pragma once

#include "models/refiners/refiner.h"

namespace saccade {

/// Large regions made small: ReLU(LayerNorm(W x̂ + b)), x̂ the channels standardised over the data. A DenseNet's channels differ in spread by
/// a factor of three hundred; unless they are made alike, the decoder hears only the loudest. The context, its gate and all that is
/// computed from them shrink with D.
class ProjectionImpl : public RefinerModule {
 public:
  ProjectionImpl(const RefinerConfig& config, int64_t feature_size);

  int64_t feature_size() const override { return size_; }
  Refined forward(const torch::Tensor& features) override;

 private:
  int64_t size_;
  torch::nn::BatchNorm1d standardise_{nullptr};  // nothing of it is trained: running mean and variance of each channel
  torch::nn::Linear linear_{nullptr};
  torch::nn::LayerNorm norm_{nullptr};
};
TORCH_MODULE(Projection);

}  // namespace saccade
