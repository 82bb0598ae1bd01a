#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "data/annotations/annotations.h"

namespace saccade {

/// The text under `key`; empty where it is absent or no text.
inline std::string text_field(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The id under `key`, a whole number or a text; none where it is neither.
inline std::optional<ImageId> id_field(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  if (found->is_number_unsigned()) return ImageId{.text = std::to_string(found->get<uint64_t>()), .is_number = true};
  if (found->is_number_integer()) return ImageId{.text = std::to_string(found->get<int64_t>()), .is_number = true};
  if (found->is_string() && !found->get_ref<const std::string&>().empty()) return ImageId{.text = found->get<std::string>()};
  return {};
}

/// Whether `key` is true, or 1 as some files write it.
inline bool flag_field(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && (*found == true || *found == 1);
}

}  // namespace saccade
