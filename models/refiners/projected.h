#pragma once

#include "models/refiners/projection.h"

namespace saccade {

/// A projection, and another refiner on what it gives. The projection mixes no regions, so all that the other says holds of the picture's.
class ProjectedImpl : public RefinerModule {
 public:
  ProjectedImpl(Projection projection, std::shared_ptr<RefinerModule> refiner)
      : projection_(register_module("projection", std::move(projection))), refiner_(register_module("refiner", std::move(refiner))) {}

  int64_t feature_size() const override { return refiner_->feature_size(); }
  Refined forward(const torch::Tensor& features) override { return refiner_->forward(projection_->forward(features).features); }

 private:
  Projection projection_;
  std::shared_ptr<RefinerModule> refiner_;
};

}  // namespace saccade
