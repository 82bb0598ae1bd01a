/// What PyTorch computed: tests/parity/*.py write it, the tests here compare with it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>

#include "data/files/safetensors.h"
#include "models/load_weights.h"

namespace saccade {

struct Reference {
  NamedTensors weights;    ///< of the module
  NamedTensors gradients;  ///< of its parameters, and of the inputs that have one
  NamedTensors tensors;    ///< inputs and outputs
};

/// A file below SACCADE_PARITY, which ctest sets to where its fixtures wrote; "encoders/resnet18".
inline std::filesystem::path reference_path(const std::string& name) {
  const char* folder = std::getenv("SACCADE_PARITY");
  return std::filesystem::path(folder ? folder : "build/parity") / (name + ".safetensors");
}

inline Reference read_reference(const std::string& name) {
  Reference reference;
  for (const auto& [key, tensor] : SafetensorsFile(reference_path(name)).tensors()) {
    const auto dot = key.find('.');
    const auto kind = key.substr(0, dot);
    if (kind == "weights") {
      reference.weights[key.substr(dot + 1)] = tensor;
    } else if (kind == "gradients") {
      reference.gradients[key.substr(dot + 1)] = tensor;
    } else {
      reference.tensors[key] = tensor;
    }
  }
  return reference;
}

/// ‖value - truth‖ / ‖truth‖
inline double relative_error(const torch::Tensor& value, const torch::Tensor& truth) {
  return ((value.detach() - truth).norm() / truth.norm()).item<double>();
}

}  // namespace saccade

/// Skips where the tests are run without ctest's fixtures, and fails where those wrote no such case.
#define SACCADE_NEEDS_REFERENCE(name)                                                                     \
  if (!std::filesystem::exists(saccade::reference_path(name))) {                                          \
    ASSERT_EQ(std::getenv("SACCADE_PARITY"), nullptr) << saccade::reference_path(name) << " is absent";   \
    GTEST_SKIP() << saccade::reference_path(name) << " is absent; run ctest, which has PyTorch write it"; \
  }
