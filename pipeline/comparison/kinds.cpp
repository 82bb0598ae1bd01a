#include "pipeline/comparison/kinds.h"

#include <algorithm>

#include "data/error.h"
#include "data/files/json_document.h"

namespace saccade {

const char* known_kinds_text();  // known_kinds.cpp.in

namespace {

bool is_name(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, fits);
}

AttentionGoal goal_of(const nlohmann::json& json, const std::string& where) {
  AttentionGoal goal;
  try {
    for (const auto& [key, value] : json.items()) {
      if (key == "healthy") {
        goal.healthy = value.get<bool>();
      } else {
        if (key != "pointing" && key != "fall") throw Error(where, "does not know " + key);
        (key == "fall" ? goal.fall : goal.pointing) = value.get<double>();
      }
    }
  } catch (const nlohmann::json::exception&) {
    throw Error(where, "is no goal", R"(expected {"healthy": true, "pointing": 0.85, "fall": 2})");
  }
  return goal;
}

std::vector<ModelKind> kinds_of(const nlohmann::json& json, const std::string& where) {
  constexpr const char* kExpected = R"(expected [{"name": "dot", "decoder": {...}}, ...])";
  if (!json.is_array() || json.empty()) throw Error(where, "holds no kinds", kExpected);
  std::vector<ModelKind> kinds;
  for (const auto& item : json) {
    const bool has_name = item.is_object() && item.contains("name") && item["name"].is_string();
    if (!has_name || !is_name(item["name"].get<std::string>()))
      throw Error(where, "kind " + std::to_string(kinds.size() + 1) + " has no name of letters, digits, '-' and '_'", kExpected);
    auto& kind = kinds.emplace_back(ModelKind{.name = item["name"], .patch = item});
    kind.patch.erase("name");
    if (const auto goal = kind.patch.find("goal"); goal != kind.patch.end()) {
      kind.goal = goal_of(*goal, where + ", \"goal\" of " + kind.name);
      kind.patch.erase(goal);
    }
    if (std::ranges::count(kinds, kind.name, &ModelKind::name) > 1) throw Error(where, "the kind " + kind.name + " stands twice");
  }
  return kinds;
}

}  // namespace

std::vector<ModelKind> known_kinds() { return kinds_of(nlohmann::json::parse(known_kinds_text()), "configs/kinds.json"); }

std::vector<ModelKind> read_kinds(const std::filesystem::path& path) { return kinds_of(read_json_file(path), path.string()); }

std::vector<ModelKind> choose_kinds(const std::vector<ModelKind>& kinds, const std::vector<std::string>& names) {
  if (names.empty()) return kinds;
  std::vector<ModelKind> chosen;
  for (const auto& name : names) {
    const auto found = std::ranges::find(kinds, name, &ModelKind::name);
    if (found == kinds.end()) {
      std::string known;
      for (const auto& kind : kinds) known += (known.empty() ? "" : ", ") + kind.name;
      throw Error("--kind", "there is no kind '" + name + "'", "one of " + known);
    }
    if (std::ranges::find(chosen, name, &ModelKind::name) == chosen.end()) chosen.push_back(*found);
  }
  return chosen;
}

}  // namespace saccade
