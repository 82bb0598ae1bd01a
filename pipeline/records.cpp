#include "pipeline/records.h"

#include <cmath>
#include <string_view>

#include "data/error.h"
#include "data/files/json_document.h"
#include "data/files/mapped_file.h"

namespace saccade {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kMaxLineBytes = 16 << 20;
constexpr std::size_t kMaxDepth = 16;
constexpr int64_t kMostWords = 1000, kMostRegions = 65536;  // of a caption, of a picture: what is drawn grows with both
constexpr double kMaxSide = 1e6;                            // pixels
constexpr double kWeightSteps = 1e5, kNumberSteps = 1e6;

// In steps that print as few digits.
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

bool is_grid(const std::vector<RegionBox>& regions, int64_t side) {
  const auto grid = grid_regions(side);
  const auto same = [](const RegionBox& a, const RegionBox& b) {
    return std::abs(a.left - b.left) + std::abs(a.top - b.top) + std::abs(a.right - b.right) + std::abs(a.bottom - b.bottom) < 1e-9;
  };
  return std::equal(regions.begin(), regions.end(), grid.begin(), grid.end(), same);
}

ordered_json regions_to_json(const std::vector<RegionBox>& regions) {
  const auto side = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(regions.size()))));
  if (side > 0 && is_grid(regions, side)) return {{"grid", side}};
  auto boxes = ordered_json::array();
  for (const auto& box : regions) {
    boxes.push_back(ordered_json::array({rounded(box.left, kNumberSteps), rounded(box.top, kNumberSteps), rounded(box.right, kNumberSteps),
                                         rounded(box.bottom, kNumberSteps)}));
  }
  return boxes;
}

ordered_json attention_to_json(const AttentionRecord& attention) {
  auto weights = ordered_json::array();
  for (const auto& row : attention.weights) {
    auto& numbers = weights.emplace_back(ordered_json::array());
    for (const double weight : row) numbers.push_back(rounded(weight, kWeightSteps));
  }
  const auto& cut = attention.geometry;
  ordered_json out = {{"geometry",
                       {{"width", cut.width},
                        {"height", cut.height},
                        {"left", cut.left},
                        {"top", cut.top},
                        {"crop_width", cut.crop_width},
                        {"crop_height", cut.crop_height}}},
                      {"regions", regions_to_json(attention.regions)},
                      {"weights", std::move(weights)}};
  if (!attention.gates.empty()) {
    auto& gates = out["gates"] = ordered_json::array();
    for (const double gate : attention.gates) gates.push_back(rounded(gate, kNumberSteps));
  }
  return out;
}

// A JSON value and its place, so that every message tells where in the file the fault is.
class Field {
 public:
  Field(const json& value, std::string place) : value_(value), place_(std::move(place)) {}

  [[noreturn]] void refuse(const std::string& right) const {
    throw Error(place_, std::string("found ") + value_.type_name(), "expected " + right);
  }

  bool has(const char* key) const { return object().contains(key); }
  Field at(const char* key) const {
    if (!has(key)) throw Error(place_, std::string("lacks \"") + key + '"');
    return {value_.at(key), place_ + '.' + key};
  }
  std::string text() const {
    if (!value_.is_string()) refuse("text");
    return value_.get<std::string>();
  }
  double number() const {
    if (!value_.is_number()) refuse("a number");
    return value_.get<double>();
  }
  double number_between(double low, double high) const {
    const double value = number();
    if (!(value >= low && value <= high))
      throw Error(place_, "found " + value_.dump(), "expected a number from " + json(low).dump() + " to " + json(high).dump());
    return value;
  }
  int64_t integer_between(int64_t low, int64_t high) const {
    if (!value_.is_number_integer()) refuse("a whole number");
    return static_cast<int64_t>(number_between(static_cast<double>(low), static_cast<double>(high)));
  }
  /// Calls `read` with each element.
  template <typename Read>
  auto list(Read read) const {
    if (!value_.is_array()) refuse("a list");
    std::vector<decltype(read(*this))> elements;
    elements.reserve(value_.size());
    for (std::size_t i = 0; i < value_.size(); ++i) elements.push_back(read(Field(value_[i], place_ + '[' + std::to_string(i) + ']')));
    return elements;
  }
  const json& value() const { return value_; }
  const std::string& place() const { return place_; }

 private:
  const json& object() const {
    if (!value_.is_object()) refuse("an object");
    return value_;
  }

  const json& value_;
  std::string place_;
};

ImageId read_id(const Field& field) {
  if (field.value().is_number()) return {.text = field.value().dump(), .is_number = true};
  return {.text = field.text()};
}

std::vector<RegionBox> read_regions(const Field& field) {
  if (field.value().is_object()) return grid_regions(field.at("grid").integer_between(1, 256));
  return field.list([](const Field& box) {
    const auto sides = box.list([](const Field& side) { return side.number_between(-1, 2); });  // a detector's box may reach over the edge
    if (sides.size() != 4) throw Error(box.place(), std::to_string(sides.size()) + " numbers", "expected [left, top, right, bottom]");
    return RegionBox{.left = sides[0], .top = sides[1], .right = sides[2], .bottom = sides[3]};
  });
}

PixelBox read_box(const Field& field) {
  const auto sides = field.list([](const Field& side) { return side.number_between(-kMaxSide, kMaxSide); });
  if (sides.size() != 4) throw Error(field.place(), std::to_string(sides.size()) + " numbers", "expected [x, y, width, height]");
  return {.left = sides[0], .top = sides[1], .width = sides[2], .height = sides[3]};
}

PictureGeometry read_geometry(const Field& field) {
  return {.width = static_cast<int>(field.at("width").integer_between(1, 1'000'000)),
          .height = static_cast<int>(field.at("height").integer_between(1, 1'000'000)),
          .left = field.at("left").number_between(-kMaxSide, kMaxSide),
          .top = field.at("top").number_between(-kMaxSide, kMaxSide),
          .crop_width = field.at("crop_width").number_between(0, kMaxSide),
          .crop_height = field.at("crop_height").number_between(0, kMaxSide)};
}

AttentionRecord read_attention(const Field& field) {
  AttentionRecord attention{.geometry = read_geometry(field.at("geometry")), .regions = read_regions(field.at("regions"))};
  if (std::ssize(attention.regions) > kMostRegions) {
    throw Error(field.place() + ".regions", std::to_string(attention.regions.size()) + " regions",
                "expected at most " + std::to_string(kMostRegions));
  }
  const auto weight = [](const Field& number) { return static_cast<float>(number.number_between(0, 1.001)); };  // rounded sums may pass 1
  attention.weights = field.at("weights").list([&](const Field& row) {
    auto weights = row.list(weight);
    if (weights.size() != attention.regions.size()) {
      throw Error(row.place(), std::to_string(weights.size()) + " weights",
                  "expected one a region, " + std::to_string(attention.regions.size()));
    }
    return weights;
  });
  if (field.has("gates")) {
    attention.gates = field.at("gates").list([](const Field& gate) { return gate.number(); });
    if (!attention.gates.empty() && attention.gates.size() != attention.weights.size()) {
      throw Error(field.place() + ".gates", std::to_string(attention.gates.size()) + " gates", "expected one a row of weights");
    }
  }
  return attention;
}

}  // namespace

std::vector<std::string> words_of(const CaptionRecord& record) {
  std::vector<std::string> words;
  for (const auto& word : record.words) words.push_back(word.word);
  return words;
}

ordered_json id_to_json(const ImageId& id) {
  if (!id.is_number) return id.text;
  auto number = ordered_json::parse(id.text, nullptr, false);
  return number.is_number() ? number : ordered_json(id.text);
}

ordered_json to_json_record(const CaptionRecord& record) {
  ordered_json out = {{"image", record.image}};
  if (record.id) out["id"] = id_to_json(*record.id);
  if (!record.error.empty()) {
    out["error"] = record.error;
    return out;
  }
  out["caption"] = record.caption;
  out["log_probability"] = rounded(record.log_probability, kNumberSteps);
  auto& words = out["words"] = ordered_json::array();
  for (const auto& word : record.words) words.push_back({{"word", word.word}, {"probability", rounded(word.probability, kNumberSteps)}});
  if (!record.alternatives.empty()) {
    auto& alternatives = out["alternatives"] = ordered_json::array();
    for (const auto& other : record.alternatives) {
      alternatives.push_back({{"caption", other.caption}, {"log_probability", rounded(other.log_probability, kNumberSteps)}});
    }
  }
  if (!record.warning.empty()) out["warning"] = record.warning;
  if (record.region) {
    const auto& region = *record.region;
    out["region"] = {rounded(region.left, kNumberSteps), rounded(region.top, kNumberSteps), rounded(region.width, kNumberSteps),
                     rounded(region.height, kNumberSteps)};
  }
  if (record.attention) out["attention"] = attention_to_json(*record.attention);
  return out;
}

CaptionRecord from_json_record(const json& value, const std::string& where) {
  const Field field(value, where);
  CaptionRecord record{.image = field.at("image").text()};
  if (record.image.empty()) throw Error(where, "\"image\" is empty", "expected the file of the picture");
  if (field.has("id")) record.id = read_id(field.at("id"));
  if (field.has("error")) record.error = field.at("error").text();
  if (!record.error.empty()) return record;
  record.caption = field.at("caption").text();
  if (field.has("log_probability")) record.log_probability = field.at("log_probability").number();
  if (field.has("words")) {
    record.words = field.at("words").list([](const Field& word) {
      return WordRecord{.word = word.at("word").text(), .probability = word.at("probability").number_between(0, 1)};
    });
    if (std::ssize(record.words) > kMostWords) {
      throw Error(where + ".words", std::to_string(record.words.size()) + " words", "expected at most " + std::to_string(kMostWords));
    }
  }
  if (field.has("alternatives")) {
    record.alternatives = field.at("alternatives").list([](const Field& other) {
      return AlternativeRecord{.caption = other.at("caption").text(), .log_probability = other.at("log_probability").number()};
    });
  }
  if (field.has("warning")) record.warning = field.at("warning").text();
  if (field.has("region")) record.region = read_box(field.at("region"));
  if (field.has("attention")) {
    record.attention = read_attention(field.at("attention"));
    if (record.attention->weights.size() != record.words.size()) {
      throw Error(where + ".attention.weights", std::to_string(record.attention->weights.size()) + " rows",
                  "expected one a word, " + std::to_string(record.words.size()));
    }
  }
  return record;
}

CaptionRecord parse_record(std::string_view line, const std::string& where) {
  return from_json_record(parse_json(line, where, {.max_bytes = kMaxLineBytes, .max_depth = kMaxDepth}), where);
}

std::vector<CaptionRecord> read_records(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  std::string_view rest(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::vector<CaptionRecord> records;
  for (int64_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    records.push_back(parse_record(line, path.string() + ':' + std::to_string(number)));
  }
  return records;
}

}  // namespace saccade
