/// How fast the main jobs are on this machine, measured on the jobs themselves with data made on the spot. Speed does not depend on what
/// the weights say, so random ones do where none are given.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/config.h"

namespace saccade {

struct BenchOptions {
  std::filesystem::path program;    ///< whose start is measured, by a command that needs LibTorch; empty: none
  std::filesystem::path weights;    ///< of DenseNet-169, as safetensors; empty: random
  std::vector<std::string> inputs;  ///< pictures to caption; empty: drawn ones, as JPEG of 500 × 500
  int64_t pictures = 256;           ///< captioned, over and over the inputs there are
  int64_t batch_pictures = 16;
  torch::Device device = torch::kCPU;
};

struct BenchFigure {
  std::string what;
  double value = 0;
  std::string unit;
  std::optional<double> least, most;  ///< what is asked for, on two cores
  bool is_met() const { return (!least || value >= *least) && (!most || value <= *most); }
};

/// Progress is told on stderr.
std::vector<BenchFigure> run_bench(const BenchOptions& options);

/// "2 cores, AMD EPYC 7B13, cpu".
std::string describe_machine(torch::Device device);

}  // namespace saccade
