/// Small untrained models of every kind in configs/kinds.json.
#pragma once

#include <algorithm>
#include <string>

#include "pipeline/comparison/kinds.h"
#include "tests/support/tiny_model.h"

namespace saccade {

/// What the kind of this name changes of a configuration.
inline nlohmann::json tiny_kind(const std::string& name) {
  const auto kinds = known_kinds();
  return std::ranges::find(kinds, name, &ModelKind::name)->patch;
}

/// The vocabulary is that of tiny_description. Its weights are large enough that words differ.
inline LoadedModel tiny_model_of(const nlohmann::json& patch) {
  torch::manual_seed(4);
  nlohmann::json json = {{"encoder", {{"picture_size", 64}}},
                         {"decoder",
                          {{"embedding_size", 24},
                           {"hidden_size", 32},
                           {"attention", {{"size", 16}}},
                           {"refiner", {{"blocks", 1}, {"hops", 4}, {"heads", 2}}}}}};
  json.merge_patch(patch);
  const auto config = parse_config(json, "tests/support/tiny_kinds.h");
  LoadedModel model{.description = tiny_description()};
  model.description.model = {config.encoder, config.decoder};
  model.captioner = Captioner(model.description.model, model.description.vocabulary.size());
  const torch::NoGradGuard no_gradients;
  for (auto& weights : model.captioner->decoder->parameters()) weights.mul_(2.0);
  model.captioner->eval();
  return model;
}

}  // namespace saccade
