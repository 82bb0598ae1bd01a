#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace saccade {

/// What a model, a prepared data set, a run folder or a safetensors file is; "kind" says which. Throws Error for anything else.
nlohmann::json describe(const std::filesystem::path& path);

/// A description for people: one line a key, lists by their length where they are long.
std::string as_text(const nlohmann::json& description);

}  // namespace saccade
