#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/overlay/html_parts.h"
#include "pipeline/overlay/region_grid.h"
#include "pipeline/overlay/weight_map.h"

namespace saccade {
namespace {

using Rows = std::vector<std::vector<float>>;

/// 16-bit parts of the way from `low` to `high`, little-endian; what is no number counts as `low`.
std::string packed(const std::vector<float>& values, float low, float high) {
  std::string bytes;
  for (const float value : values) {
    const double part =
        high > low && value > low ? std::min(1.0, (static_cast<double>(value) - low) / (static_cast<double>(high) - low)) : 0;
    const auto step = static_cast<unsigned>(std::lround(part * 65535));
    bytes += {static_cast<char>(step & 0xff), static_cast<char>(step >> 8)};
  }
  return base64(bytes);
}

/// Rows of equal length, one behind the other, from the least to the largest number in them.
nlohmann::json packed_rows(const Rows& rows) {
  std::vector<float> values;
  for (const auto& row : rows) values.insert(values.end(), row.begin(), row.end());
  float low = std::numeric_limits<float>::infinity(), high = -low;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;  // as the score of what was masked
    low = std::min(low, value), high = std::max(high, value);
  }
  if (low > high) low = high = 0;
  return {{"low", low}, {"high", high}, {"parts", packed(values, low, high)}};
}

std::vector<float> arranged(const std::vector<float>& values, const std::vector<int>& order) {
  std::vector<float> placed;
  for (const int region : order) placed.push_back(values[region]);
  return placed;
}

Rows arranged_rows(const Rows& rows, const std::vector<int>& order) {
  Rows placed;
  for (const auto& row : rows) placed.push_back(arranged(row, order));
  return placed;
}

nlohmann::json words_json(const CaptionRecord& record, const std::vector<int>& order) {
  auto words = nlohmann::json::array();
  const auto& attention = *record.attention;
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    const auto& weights = attention.weights[t];
    const auto placed = arranged(weights, order);
    const float most = placed.empty() ? 0 : std::max(0.0f, *std::ranges::max_element(placed));
    words.push_back({{"word", record.words[t].word},
                     {"probability", record.words[t].probability},
                     {"most", most},
                     {"weights", packed(placed, 0, most)}});
    if (!attention.gates.empty()) words.back()["gate"] = attention.gates[t];
    if (order.size() == weights.size()) continue;
    auto& elsewhere = words.back()["elsewhere"] = nlohmann::json::array();  // on regions without a place, as a class token
    for (std::size_t region = 0; region < weights.size(); ++region)
      if (!has_area(attention.regions[region])) elsewhere.push_back(weights[region]);
  }
  return words;
}

void check_explanation(const Explanation& explanation, std::size_t words, std::size_t regions) {
  const auto heads = explanation.heads.size();
  const auto is_over_regions = [&](const Rows& rows) {
    return std::ranges::all_of(rows, [&](const auto& row) { return row.size() == regions; });
  };
  TORCH_CHECK(explanation.steps.empty() || explanation.steps.size() == words, "steps of ", explanation.steps.size(), " words, not ", words);
  TORCH_CHECK(heads == 0 || explanation.steps.size() == words, "heads without steps");
  for (const auto& step : explanation.steps) {
    TORCH_CHECK(step.heads.size() == heads, step.heads.size(), " heads in a step, not ", heads);
    TORCH_CHECK(step.scores.empty() || step.scores.size() == std::max<std::size_t>(1, heads), "scores of ", step.scores.size(), " heads");
    TORCH_CHECK(is_over_regions(step.heads) && is_over_regions(step.scores), "a step that is not over ", regions, " regions");
  }
  TORCH_CHECK(explanation.without.empty() || explanation.without.size() == words, "one counterfactual a word");
  for (const auto& without : explanation.without)
    TORCH_CHECK(std::ranges::all_of(without.regions, [&](int region) { return region >= 0 && static_cast<std::size_t>(region) < regions; }),
                "a region that is not there");
  for (const auto& map : explanation.maps)
    TORCH_CHECK((map.rows.size() == 1 || map.rows.size() == regions) && is_over_regions(map.rows), "a map that is not over ", regions,
                " regions");
}

nlohmann::json step_json(const WordStep& step, const std::vector<int>& order) {
  nlohmann::json json = {{"candidates", nlohmann::json::array()}};
  for (const auto& candidate : step.candidates)
    json["candidates"].push_back(nlohmann::json::array({candidate.word, candidate.probability}));
  if (!step.query.empty()) json["query"] = packed_rows({step.query});
  if (!step.scores.empty()) json["scores"] = packed_rows(arranged_rows(step.scores, order));
  if (!step.heads.empty()) json["heads"] = packed_rows(arranged_rows(step.heads, order));
  if (!step.context.empty()) json["context"] = packed_rows({step.context});
  return json;
}

nlohmann::json without_json(const Counterfactual& without, const std::vector<int>& order) {
  auto regions = nlohmann::json::array();
  for (const int region : without.regions) {
    const auto place = std::ranges::find(order, region);
    if (place != order.end()) regions.push_back(place - order.begin());
  }
  return {{"regions", regions}, {"probability", without.probability}, {"caption", without.caption}};
}

nlohmann::json map_json(const PictureMap& map, const std::vector<int>& order) {
  Rows rows;
  if (map.rows.size() == 1)
    rows = map.rows;
  else
    for (const int region : order) rows.push_back(map.rows[region]);
  return {{"name", map.name}, {"count", rows.size()}, {"values", packed_rows(arranged_rows(rows, order))}};
}

nlohmann::json explanation_json(const Explanation& explanation, const std::vector<int>& order) {
  nlohmann::json json = {{"heads", explanation.heads},
                         {"steps", nlohmann::json::array()},
                         {"without", nlohmann::json::array()},
                         {"maps", nlohmann::json::array()}};
  for (const auto& step : explanation.steps) json["steps"].push_back(step_json(step, order));
  for (const auto& without : explanation.without) json["without"].push_back(without_json(without, order));
  for (const auto& map : explanation.maps) json["maps"].push_back(map_json(map, order));
  return json;
}

}  // namespace

nlohmann::json picture_json(const ReportPicture& picture) {
  const auto& record = picture.record;
  const auto& attention = *record.attention;
  const auto& geometry = attention.geometry;
  nlohmann::json json = {{"crop",
                          {geometry.left / geometry.width, geometry.top / geometry.height, geometry.crop_width / geometry.width,
                           geometry.crop_height / geometry.height}},
                         {"regions", regions_in_sight(record)}};
  std::vector<int> order;  // in which the page draws the regions; those without a place are not drawn
  if (const auto grid = find_grid(attention.regions)) {
    order = grid->region_at;
    json["grid"] = {
        {"columns", grid->columns},       {"rows", grid->rows}, {"left", grid->left}, {"top", grid->top}, {"cellWidth", grid->cell_width},
        {"cellHeight", grid->cell_height}};
  } else {
    json["boxes"] = nlohmann::json::array();
    for (std::size_t i = 0; i < attention.regions.size(); ++i) {
      const auto& box = attention.regions[i];
      if (!has_area(box)) continue;
      order.push_back(static_cast<int>(i));
      json["boxes"].push_back({box.left, box.top, box.right, box.bottom});
    }
  }
  json["words"] = words_json(record, order);
  if (picture.explanation) {
    check_explanation(*picture.explanation, record.words.size(), attention.regions.size());
    json["explanation"] = explanation_json(*picture.explanation, order);
  }
  return json;
}

}  // namespace saccade
