#include "pipeline/training/optimiser.h"

namespace saccade {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

/// Early averages forget the random start quickly.
double average_decay(double decay, int64_t steps) {
  return std::min(decay, (1.0 + static_cast<double>(steps)) / (10.0 + static_cast<double>(steps)));
}

}  // namespace

AdamOptimiser::AdamOptimiser(std::vector<Group> groups, std::map<std::string, torch::Tensor> statistics, const TrainingConfig& config)
    : groups_(std::move(groups)), config_(config), statistics_(std::move(statistics)) {
  if (config_.weight_average > 0) {
    for (const auto& [name, tensor] : statistics_) statistics_averages_[name] = tensor.detach().clone();
  }
  for (const auto& group : groups_) {
    Moments moments;
    for (const auto& parameter : group.parameters) {
      moments.first.push_back(torch::zeros_like(parameter));
      moments.second.push_back(torch::zeros_like(parameter));
      moments.steps.push_back(torch::zeros({}, parameter.options().dtype(torch::kFloat)));
      if (config_.weight_average > 0) moments.averages.push_back(parameter.detach().clone());
    }
    moments_.push_back(std::move(moments));
  }
}

void AdamOptimiser::zero_gradients() {
  for (auto& group : groups_) {
    for (auto& parameter : group.parameters) parameter.mutable_grad() = torch::Tensor();
  }
}

torch::Tensor AdamOptimiser::clip_gradients() {
  std::vector<torch::Tensor> gradients;
  for (auto& group : groups_) {
    for (auto& parameter : group.parameters) {
      if (parameter.grad().defined()) gradients.push_back(parameter.grad());
    }
  }
  auto norm = torch::stack(at::_foreach_norm(gradients)).norm();
  if (config_.gradient_clip > 0) at::_foreach_mul_(gradients, (config_.gradient_clip / (norm + 1e-6)).clamp_max(1.0));
  return norm;
}

void AdamOptimiser::step(double factor) {
  const torch::NoGradGuard no_gradients;
  ++steps_;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    auto& group = groups_[i];
    auto& moments = moments_[i];
    std::vector<torch::Tensor> gradients;
    for (auto& parameter : group.parameters) {
      // A layer that this batch did not use has no gradient; the fused call wants one of each.
      if (!parameter.grad().defined()) parameter.mutable_grad() = torch::zeros_like(parameter);
      gradients.push_back(parameter.grad());
    }
    at::_foreach_add_(moments.steps, 1);
    const double rate = group.learning_rate * factor;
    const auto update = config_.optimiser == Optimiser::kAdamW
                            ? static_cast<void (*)(at::TensorList, at::TensorList, at::TensorList, at::TensorList, at::TensorList,
                                                   at::TensorList, double, double, double, double, double, bool, bool,
                                                   const std::optional<at::Tensor>&, const std::optional<at::Tensor>&)>(at::_fused_adamw_)
                            : static_cast<void (*)(at::TensorList, at::TensorList, at::TensorList, at::TensorList, at::TensorList,
                                                   at::TensorList, double, double, double, double, double, bool, bool,
                                                   const std::optional<at::Tensor>&, const std::optional<at::Tensor>&)>(at::_fused_adam_);
    update(group.parameters, gradients, moments.first, moments.second, {}, moments.steps, rate, kBeta1, kBeta2, config_.weight_decay,
           kEpsilon,
           /*amsgrad=*/false, /*maximize=*/false, {}, {});
    if (!moments.averages.empty()) {
      at::_foreach_lerp_(moments.averages, group.parameters, 1 - average_decay(config_.weight_average, steps_));
    }
  }
  for (auto& [name, average] : statistics_averages_) {
    average.lerp_(statistics_.at(name), 1 - average_decay(config_.weight_average, steps_));
  }
}

void AdamOptimiser::swap_averages() {
  const torch::NoGradGuard no_gradients;
  for (auto& [name, average] : statistics_averages_) {
    const auto current = statistics_.at(name).clone();
    statistics_.at(name).copy_(average);
    average.copy_(current);
  }
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    for (std::size_t j = 0; j < moments_[i].averages.size(); ++j) {
      const auto current = groups_[i].parameters[j].detach().clone();
      groups_[i].parameters[j].copy_(moments_[i].averages[j]);
      moments_[i].averages[j].copy_(current);
    }
  }
}

std::map<std::string, torch::Tensor> AdamOptimiser::state() const {
  std::map<std::string, torch::Tensor> state{{"optimiser.steps", torch::tensor(steps_)}};
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    for (std::size_t j = 0; j < groups_[i].names.size(); ++j) {
      const auto& name = groups_[i].names[j];
      state["optimiser.first." + name] = moments_[i].first[j];
      state["optimiser.second." + name] = moments_[i].second[j];
      if (!moments_[i].averages.empty()) state["optimiser.average." + name] = moments_[i].averages[j];
    }
  }
  for (const auto& [name, average] : statistics_averages_) state["optimiser.average." + name] = average;
  return state;
}

bool AdamOptimiser::load_state(const std::map<std::string, torch::Tensor>& saved) {
  const torch::NoGradGuard no_gradients;
  for (auto& [name, tensor] : state()) {
    const auto found = saved.find(name);
    if (found == saved.end() || found->second.sizes() != tensor.sizes()) return false;
    if (name == "optimiser.steps") {
      steps_ = found->second.item<int64_t>();
    } else {
      tensor.copy_(found->second);  // shares its storage with the moment
    }
  }
  for (auto& moments : moments_) {
    for (auto& steps : moments.steps) steps.fill_(static_cast<double>(steps_));
  }
  return true;
}

}  // namespace saccade
