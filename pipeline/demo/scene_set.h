/// The synthetic scenes as a prepared data set: what Saccade trains on where there is no other data, and its gate of quality.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

#include "data/scenes/scene.h"

namespace saccade {

struct SceneSetOptions {
  uint64_t seed = 1;
  int side = 64;
  int64_t train = 24000;
  int64_t validation = 200;
  int captions_per_picture = 5;
};

/// What a prepared set says of the scenes it was made of.
nlohmann::json to_source(const SceneSetOptions& options);

/// Scenes 0 … train - 1 of the series become the training split, the next the validation split.
void prepare_scenes(const std::filesystem::path& folder, const SceneSetOptions& options);

/// Scene `index` of those that no split of the set holds.
Scene held_out_scene(const SceneSetOptions& options, int64_t index);

}  // namespace saccade
