#include "pipeline/comparison/scene_encoder.h"

#include "pipeline/demo/demo.h"
#include "pipeline/training/train.h"

namespace saccade {

bool needs_scene_encoder(const ExperimentConfig& config) {
  const auto& encoder = config.encoder;
  return encoder.architecture == EncoderArchitecture::kScene && encoder.trainable_from == "none" && encoder.weights.empty();
}

std::filesystem::path train_scene_encoder(const std::filesystem::path& data, const std::filesystem::path& run, torch::Device device,
                                          bool quiet) {
  return train({.data = data, .output = run, .config = scene_config(), .resume = true, .quiet = quiet, .device = device}).model;
}

}  // namespace saccade
