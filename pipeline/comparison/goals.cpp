#include "pipeline/comparison/goals.h"

#include <algorithm>
#include <cstdio>

namespace saccade {
namespace {

std::string shortfall(const char* format, double found, double wanted) {
  char text[200];
  std::snprintf(text, sizeof text, format, found, wanted);
  return text;
}

/// A number that is null where nothing was measured.
double number_of(const nlohmann::json& health, const char* key) {
  const auto found = health.find(key);
  return found == health.end() || !found->is_number() ? 0 : found->get<double>();
}

}  // namespace

std::vector<std::string> missed_goals(const KindResult& result, const AttentionGoal& goal) {
  if (!result.failure.empty()) return {"failed: " + result.failure};
  const auto& health = result.health;
  const bool healthy = health.value("healthy", false);
  if (!goal.healthy)
    return healthy ? std::vector<std::string>{"was not found out: its attention is told to be healthy"} : std::vector<std::string>{};
  std::vector<std::string> missed;
  for (const auto& reason : health.value("reasons", std::vector<std::string>())) missed.push_back("is not healthy: " + reason);
  if (const auto pointing = number_of(health, "pointing"); pointing < goal.pointing)
    missed.push_back(shortfall("%.1f %% of the words look at their thing, %.0f %% are asked for", 100 * pointing, 100 * goal.pointing));
  const auto curves = health.value("faithfulness", nlohmann::json::object());
  if (const auto times = number_of(curves, "fall") / std::max(number_of(curves, "fall_random"), 1e-9); times < goal.fall)
    missed.push_back(
        shortfall("without what they looked at words fall %.1f times as fast as at random, %.1f times are asked for", times, goal.fall));
  return missed;
}

}  // namespace saccade
