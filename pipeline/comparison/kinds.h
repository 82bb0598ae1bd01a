/// The kinds of model that a comparison is of: names, and what each changes of a common configuration.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pipeline/config.h"

namespace saccade {

/// What attention of a kind should come to on scenes, of which all is known.
struct AttentionGoal {
  bool healthy = true;    ///< false: it must be found out, and the rest does not matter
  double pointing = .85;  ///< Grounding::pointing at least
  double fall = 2;        ///< FaithfulnessCurves::fall() at least so many times that of random deletion
};

struct ModelKind {
  std::string name;                                 ///< fit for a folder's name: letters, digits, '-' and '_'
  nlohmann::json patch = nlohmann::json::object();  ///< {"decoder": {"attention": {"score": "dot"}}}, laid over the common configuration
  AttentionGoal goal;
};

/// Those of configs/kinds.json, which is part of the program.
std::vector<ModelKind> known_kinds();

/// What they have in common on scenes, configs/scene-kinds.json: a small decoder on the features of a frozen encoder.
ExperimentConfig scene_kinds_config();

/// A list of [{"name": "dot", "decoder": {...}}, ...]; "goal": {"healthy": ..., "pointing": ..., "fall": ...} where it differs from the
/// usual. Throws Error for names that are no folder's or stand twice, and goals that are none.
std::vector<ModelKind> read_kinds(const std::filesystem::path& path);

/// Those named, each once, in the order of the names; all for none. Throws Error that lists the names there are.
std::vector<ModelKind> choose_kinds(const std::vector<ModelKind>& kinds, const std::vector<std::string>& names);

}  // namespace saccade
