/// Weights from named tensors into a module, strictly.
#pragma once

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

namespace saccade {

using NamedTensors = std::map<std::string, torch::Tensor>;

/// What did not fit. Empty lists: every parameter and buffer was filled.
struct WeightsReport {
  std::vector<std::string> missing;     ///< of the module, not among the tensors
  std::vector<std::string> unexpected;  ///< among the tensors, not of the module
  std::vector<std::string> mismatched;  ///< "name: module [64, 3, 7, 7], file [64, 3, 3, 3]"
};

/// Copies tensors (any float type) into the parameters and buffers of the same names, which keep their types. Nothing is copied unless all
/// that is mismatched is empty. `num_batches_tracked` may be missing.
WeightsReport load_weights(torch::nn::Module& module, const NamedTensors& tensors);

/// All parameters and buffers by name.
NamedTensors named_weights(const torch::nn::Module& module);

}  // namespace saccade
