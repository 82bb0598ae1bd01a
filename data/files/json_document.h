#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

namespace saccade {

struct JsonLimits {
  std::size_t max_bytes = 64 << 20;
  std::size_t max_depth = 64;
};

/// A small JSON document as a whole (configurations, metadata, records). Throws Error with `where` and the place for anything that is not
/// one JSON value in UTF-8, nests deeper than the limit (nlohmann would overflow the stack later), or has a key twice (nlohmann would keep
/// the last silently).
nlohmann::json parse_json(std::string_view text, const std::string& where, const JsonLimits& limits = {});

/// The same from a regular file.
nlohmann::json read_json_file(const std::filesystem::path& path, const JsonLimits& limits = {});

}  // namespace saccade
