#include "models/load_weights.h"

#include <sstream>

namespace saccade {
namespace {

std::string shape_of(const torch::Tensor& tensor) {
  std::ostringstream text;
  text << tensor.sizes();
  return text.str();
}

bool is_batch_counter(const std::string& name) {
  static const std::string kCounter = "num_batches_tracked";
  return name.size() >= kCounter.size() && name.compare(name.size() - kCounter.size(), kCounter.size(), kCounter) == 0;
}

// Weights may come in another float type, counters in another integer type, but never one for the other.
bool same_kind(const torch::Tensor& a, const torch::Tensor& b) { return a.is_floating_point() == b.is_floating_point(); }

}  // namespace

NamedTensors named_weights(const torch::nn::Module& module) {
  NamedTensors weights;
  for (const auto& item : module.named_parameters()) weights.emplace(item.key(), item.value());
  for (const auto& item : module.named_buffers()) weights.emplace(item.key(), item.value());
  return weights;
}

WeightsReport load_weights(torch::nn::Module& module, const NamedTensors& tensors) {
  WeightsReport report;
  const auto weights = named_weights(module);
  for (const auto& [name, target] : weights) {
    const auto found = tensors.find(name);
    if (found == tensors.end()) {
      if (!is_batch_counter(name)) report.missing.push_back(name);
    } else if (found->second.sizes() != target.sizes()) {
      report.mismatched.push_back(name + ": module " + shape_of(target) + ", file " + shape_of(found->second));
    } else if (!same_kind(found->second, target)) {
      report.mismatched.push_back(name + ": module " + c10::toString(target.scalar_type()) + ", file " +
                                  c10::toString(found->second.scalar_type()));
    }
  }
  for (const auto& [name, tensor] : tensors) {
    if (weights.find(name) == weights.end()) report.unexpected.push_back(name);
  }
  if (!report.mismatched.empty()) return report;

  const torch::NoGradGuard no_gradients;
  for (auto [name, target] : weights) {
    const auto found = tensors.find(name);
    if (found != tensors.end()) target.copy_(found->second);
  }
  return report;
}

}  // namespace saccade
