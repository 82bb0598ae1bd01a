#include "pipeline/explanation/explanation.h"

#include <cmath>

namespace saccade {
namespace {

using nlohmann::ordered_json;

constexpr double kShareSteps = 1e5, kActivationSteps = 1e4;

ordered_json numbers_json(const std::vector<float>& numbers, double steps) {
  auto json = ordered_json::array();
  for (const double number : numbers) json.push_back(std::round(number * steps) / steps);
  return json;
}

ordered_json rows_json(const std::vector<std::vector<float>>& rows, double steps) {
  auto json = ordered_json::array();
  for (const auto& row : rows) json.push_back(numbers_json(row, steps));
  return json;
}

double rounded_share(double value) { return std::round(value * kShareSteps) / kShareSteps; }

ordered_json step_json(const WordStep& step) {
  auto candidates = ordered_json::array();
  for (const auto& [word, probability] : step.candidates)
    candidates.push_back({{"word", word}, {"probability", rounded_share(probability)}});
  ordered_json json = {{"candidates", std::move(candidates)}};
  if (!step.query.empty()) json["query"] = numbers_json(step.query, kActivationSteps);
  if (!step.scores.empty()) json["scores"] = rows_json(step.scores, kActivationSteps);
  if (!step.heads.empty()) json["heads"] = rows_json(step.heads, kShareSteps);
  if (!step.context.empty()) json["context"] = numbers_json(step.context, kActivationSteps);
  return json;
}

}  // namespace

ordered_json to_json_explanation(const Explanation& explanation) {
  ordered_json json = ordered_json::object();
  if (!explanation.heads.empty()) json["heads"] = explanation.heads;
  auto& steps = json["steps"] = ordered_json::array();
  for (const auto& step : explanation.steps) steps.push_back(step_json(step));
  for (const auto& [regions, probability, caption] : explanation.without)
    json["without"].push_back({{"regions", regions}, {"probability", rounded_share(probability)}, {"caption", caption}});
  for (const auto& [name, rows] : explanation.maps) json["maps"].push_back({{"name", name}, {"rows", rows_json(rows, kShareSteps)}});
  return json;
}

}  // namespace saccade
