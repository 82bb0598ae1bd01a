/// The encoder that all kinds share on scenes.
#pragma once

#include <filesystem>

#include "pipeline/config.h"

namespace saccade {

/// Whether `config` wants a frozen encoder of scenes and names none.
bool needs_scene_encoder(const ExperimentConfig& config);

/// Trains the captioner of configs/scenes.json on the scenes in `data` and leaves it in `run`, or goes on with it, or finds it there.
/// Returns its model, for encoder.weights. Throws as train() does.
std::filesystem::path train_scene_encoder(const std::filesystem::path& data, const std::filesystem::path& run, torch::Device device,
                                          bool quiet);

}  // namespace saccade
