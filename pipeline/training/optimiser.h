#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

#include "pipeline/config.h"

namespace saccade {

/// Adam or AdamW in its fused form (one call for all parameters of a group), with the moving average of the weights beside it.
/// Kingma and Ba 2015; Loshchilov and Hutter 2019.
class AdamOptimiser {
 public:
  struct Group {
    std::vector<std::string> names;
    std::vector<torch::Tensor> parameters;
    double learning_rate;
  };
  /// `statistics`: what training changes without a gradient (running means and variances of batch norm), by name. Their moving averages go
  /// with those of the weights, which they belong to.
  AdamOptimiser(std::vector<Group> groups, std::map<std::string, torch::Tensor> statistics, const TrainingConfig& config);

  void zero_gradients();
  /// Scales the gradients to the largest norm allowed, and returns the norm they had, as a tensor on the device.
  torch::Tensor clip_gradients();
  /// One step with each group's rate times `factor`, and the average moved along.
  void step(double factor);
  /// Parameters and averages change places. Call again to change back.
  void swap_averages();

  /// Moments, averages and step count, under names that begin with "optimiser.".
  std::map<std::string, torch::Tensor> state() const;
  /// Copies the state back; false if a tensor is missing or has another shape.
  bool load_state(const std::map<std::string, torch::Tensor>& state);

 private:
  struct Moments {
    std::vector<torch::Tensor> first, second, steps, averages;
  };
  std::vector<Group> groups_;
  std::vector<Moments> moments_;
  TrainingConfig config_;
  std::map<std::string, torch::Tensor> statistics_, statistics_averages_;
  int64_t steps_ = 0;
};

}  // namespace saccade
