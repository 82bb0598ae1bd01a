#pragma once

#include "models/refiners/refiner.h"

namespace saccade {

/// Bottom-up attention that needs no query: every region times s = sigmoid(v · tanh(U x + W max) + b), where max holds the strongest answer
/// of each channel in the picture. A region stands out by what it is beside the rest, before a word is known. Like the spatial gate of
/// Woo et al. 2018 (eq. 3), with the picture's maximum in place of a neighbourhood, so that regions need not form a grid.
class SaliencyImpl : public RefinerModule {
 public:
  SaliencyImpl(const RefinerConfig& config, int64_t feature_size);

  int64_t feature_size() const override { return feature_size_; }
  Refined forward(const torch::Tensor& features) override;

 private:
  int64_t feature_size_;
  torch::nn::Linear region_{nullptr}, strongest_{nullptr}, score_{nullptr};  // U, W, and v with b
};

}  // namespace saccade
