#include "data/files/json_document.h"

#include <set>
#include <string>

#include "data/error.h"
#include "data/files/mapped_file.h"

namespace saccade {
namespace {

using nlohmann::json;

/// Watches the parse: the depth, and the keys of each object that is open.
class Watch {
 public:
  Watch(const std::string& where, std::size_t max_depth) : where_(where), max_depth_(max_depth) {}

  bool operator()(int, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        if (keys_.size() >= max_depth_) {
          throw Error(where_, "nests deeper than " + std::to_string(max_depth_) + " levels", "no file of ours does");
        }
        keys_.emplace_back();
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        keys_.pop_back();
        break;
      case json::parse_event_t::key:
        if (!keys_.back().insert(parsed.get<std::string>()).second) {
          throw Error(where_, "the key \"" + parsed.get<std::string>() + "\" stands twice in one object", "each key once");
        }
        break;
      case json::parse_event_t::value:
        break;
    }
    return true;
  }

 private:
  const std::string& where_;
  std::size_t max_depth_;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

json parse_json(std::string_view text, const std::string& where, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    throw Error(where, "is larger than " + std::to_string(limits.max_bytes >> 20) + " MiB", "it is probably no such file");
  }
  try {
    return json::parse(text, Watch(where, limits.max_depth));
  } catch (const json::exception& error) {
    const std::string message = error.what();
    const auto end_of_tag = message.find("] ");
    throw Error(where, "is no valid JSON (" + (end_of_tag == std::string::npos ? message : message.substr(end_of_tag + 2)) + ")");
  }
}

json read_json_file(const std::filesystem::path& path, const JsonLimits& limits) {
  const MappedFile file(path, limits.max_bytes);
  return parse_json({reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()}, path.string(), limits);
}

}  // namespace saccade
