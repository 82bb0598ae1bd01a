/// The kinds of model that a comparison is of: names, and what each changes of a common configuration.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace saccade {

struct ModelKind {
  std::string name;      ///< fit for a folder's name: letters, digits, '-' and '_'
  nlohmann::json patch;  ///< {"decoder": {"attention": {"score": "dot"}}}, laid over the common configuration
};

/// Those of configs/kinds.json, which is part of the program.
std::vector<ModelKind> known_kinds();

/// A list of [{"name": "dot", "decoder": {...}}, ...]. Throws Error for names that are no folder's or stand twice.
std::vector<ModelKind> read_kinds(const std::filesystem::path& path);

/// Those named, in the order of the names; all for none. Throws Error that lists the names there are.
std::vector<ModelKind> choose_kinds(const std::vector<ModelKind>& kinds, const std::vector<std::string>& names);

}  // namespace saccade
