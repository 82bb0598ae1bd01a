#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace saccade {

/// One object out of a large JSON file, with the wanted fields only.
struct JsonRecord {
  std::string section;
  int64_t number = 0;  ///< 1-based, within its section
  nlohmann::json fields;
  std::string problem;  ///< why it cannot be used (a key twice, no object); empty: it can
};

/// A list of records: under a key of the outermost object, or the outermost list itself.
struct JsonSection {
  std::string key;  ///< empty: the outermost list
  std::set<std::string, std::less<>> fields;
};

/// Walks through a JSON file of any size and hands over its records one by one; only one is in memory. Throws Error, with the line, for
/// what is no JSON, too deep, a record or a text beyond 1 MiB, a section twice or that is no list.
void read_json_records(const std::filesystem::path& path, const std::vector<JsonSection>& sections,
                       const std::function<void(JsonRecord&&)>& use);

/// One object in `text`, a line of a JSON Lines file; what is wrong becomes its problem.
JsonRecord read_json_line(std::string_view text, const JsonSection& section);

}  // namespace saccade
