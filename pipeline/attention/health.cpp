#include "pipeline/attention/health.h"

#include <cstdio>

namespace saccade {
namespace {

// Attention that works is far from all of these: on scenes every kind that learned changes by 0.2 to 0.9 between two words, on Flickr8k
// soft attention by 0.4, and words fall three times as fast as at random or faster; after two epochs
// there, kinds that learn slowly change by 0.03 and fall 1.6 times as fast (docs/results.md).
constexpr double kLeastChange = 0.02;
constexpr double kLeastSensitivity = 1e-6;
constexpr double kMostBorder = 0.5;        // of the way from even weights to all weight there
constexpr double kLeastFall = 1.2;         // of deletion, times that of chance
constexpr double kLeastFallShare = 0.005;  // of deletion, of the probability with the whole picture
constexpr int64_t kWordsThatProve = 20;

std::string percent_of(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

std::string count_of(const char* name, int64_t value, const char* meaning) {
  char text[200];
  std::snprintf(text, sizeof text, "%-18s %8lld  %s\n", name, static_cast<long long>(value), meaning);
  return text;
}

std::string finding(const char* name, double value, const char* meaning) {
  char text[200];
  std::snprintf(text, sizeof text, "%-18s %8.3f  %s\n", name, value, meaning);
  return text;
}

}  // namespace

void judge(AttentionHealth& health) {
  auto &reasons = health.reasons, &unjudged = health.unjudged;
  reasons.clear();
  unjudged.clear();
  const auto& seen = health.statistics;
  const std::string needed = std::to_string(kWordsThatProve) + " are needed to judge";
  if (seen.words == 0) {
    reasons.emplace_back("no word was written, so nothing is known of attention");
    return;
  }
  if (!seen.change) unjudged.emplace_back("no caption has two words, so whether weights depend on the word is not known");
  if (seen.change && (*seen.change < kLeastChange || health.steps.sensitivity < kLeastSensitivity)) {
    reasons.push_back("the weights do not depend on the word: between two words of a caption they change by " + percent_of(*seen.change));
  }
  if (seen.border_share > 0 && seen.border - seen.border_share > kMostBorder * (1 - seen.border_share) + 1e-6) {
    reasons.push_back(percent_of(seen.border) + " of the weight lies on the edge of the picture, which has " +
                      percent_of(seen.border_share) + " of the regions");
  }
  if (health.grounding && health.grounding->words >= kWordsThatProve) {
    const auto& grounding = *health.grounding;
    if (grounding.mass_in_box <= grounding.box_share) {
      reasons.push_back("words give the things that they name " + percent_of(grounding.mass_in_box) +
                        " of their weight; even weights give " + percent_of(grounding.box_share));
    }
    if (grounding.pointing < grounding.pointing_centre) {
      reasons.push_back("the largest weight lies on the thing named for " + percent_of(grounding.pointing) +
                        " of the words; the middle of the picture does for " + percent_of(grounding.pointing_centre));
    }
  }
  if (health.grounding && health.grounding->words < kWordsThatProve)
    unjudged.push_back("only " + std::to_string(health.grounding->words) + " words name something with a box, " + needed);
  const auto& curves = health.faithfulness;
  if (curves.words < kWordsThatProve)
    unjudged.push_back("only " + std::to_string(curves.words) + " words were tried without their regions, " + needed);
  const bool words_rest_on_it = curves.fall() > kLeastFallShare * curves.whole && curves.fall() >= kLeastFall * curves.fall_random();
  if (curves.words >= kWordsThatProve && !words_rest_on_it) {
    reasons.push_back("the words do not rest on what they looked at: without it their probability falls by " + percent_of(curves.fall()) +
                      ", without as many regions at random by " + percent_of(curves.fall_random()));
  }
}

nlohmann::ordered_json to_json_health(const AttentionHealth& health) {
  const auto& seen = health.statistics;
  nlohmann::ordered_json json = {{"healthy", health.healthy()}, {"reasons", health.reasons}, {"unjudged", health.unjudged}};
  const bool is_grounded = health.grounding && health.grounding->words > 0;
  json["words"] = health.grounding ? health.grounding->words : 0;
  const auto add = [&](const char* key, double Grounding::*value) {
    json[key] = is_grounded ? nlohmann::ordered_json((*health.grounding).*value) : nlohmann::ordered_json();
  };
  add("pointing", &Grounding::pointing);
  add("pointing_centre", &Grounding::pointing_centre);
  add("mass_in_box", &Grounding::mass_in_box);
  add("box_share", &Grounding::box_share);
  json["captions"] = seen.captions;
  json["words_written"] = seen.words;
  json["entropy"] = seen.entropy;
  json["largest"] = seen.largest;
  json["effective_regions"] = seen.effective_regions;
  json["movement"] = or_null(seen.movement);
  json["change"] = or_null(seen.change);
  json["sensitivity"] = health.steps.sensitivity;
  json["agreement"] = or_null(health.steps.agreement);
  json["coverage"] = seen.coverage;
  json["border"] = seen.border;
  json["border_share"] = seen.border_share;
  json["gate"] = or_null(seen.gate);
  const auto& curves = health.faithfulness;
  json["faithfulness"] = {{"words", curves.words},         {"whole", curves.whole},
                          {"nothing", curves.nothing},     {"shares", kTakenShares},
                          {"deletion", curves.deletion},   {"deletion_random", curves.deletion_random},
                          {"insertion", curves.insertion}, {"insertion_random", curves.insertion_random},
                          {"fall", curves.fall()},         {"fall_random", curves.fall_random()},
                          {"rise", curves.rise()},         {"rise_random", curves.rise_random()}};
  return json;
}

nlohmann::json to_log(const AttentionHealth& health) {
  const auto all = to_json_health(health);
  nlohmann::json log;
  for (const char* key : {"entropy", "movement", "change", "sensitivity", "agreement", "coverage", "border", "border_share", "gate"}) {
    if (!all[key].is_null()) log["attention"][key] = all[key];
  }
  for (const char* key : {"fall", "fall_random"}) log["attention"][key] = all["faithfulness"][key];
  if (all["words"] > 0) {
    for (const char* key : {"words", "pointing", "pointing_centre", "mass_in_box", "box_share"}) log["grounding"][key] = all[key];
  }
  if (!health.healthy()) log["unhealthy"] = health.reasons;
  return log;
}

std::string to_table(const AttentionHealth& health) {
  const auto& seen = health.statistics;
  std::string table;
  if (health.grounding) table += count_of("words", health.grounding->words, "that name something with a box");
  if (health.grounding && health.grounding->words > 0) {
    const auto& grounding = *health.grounding;
    table += finding("pointing", grounding.pointing, "of them have their largest weight on it") +
             finding("  the middle", grounding.pointing_centre, "of them would, looking at the middle of the picture") +
             finding("mass in box", grounding.mass_in_box, "of a word's weight is on what it names") +
             finding("  even weights", grounding.box_share, "of them would be");
  }
  if (seen.change) table += finding("change", *seen.change, "between the weights of two words of a caption, 0 none to 1 all");
  if (seen.movement) table += finding("movement", *seen.movement, "the same from one word to the next");
  table += finding("sensitivity", health.steps.sensitivity, "of the weights to what was written so far, as a gradient") +
           finding("entropy", seen.entropy, "0 a single region to 1 all alike") +
           finding("effective regions", seen.effective_regions, "as many alike have the same entropy") +
           finding("largest", seen.largest, "weight of a word") +
           finding("coverage", seen.coverage, "of the regions get their share over a caption") +
           finding("border", seen.border, "of the weight on the edge of the picture") +
           finding("  even weights", seen.border_share, "would have there");
  if (health.steps.agreement) table += finding("agreement", *health.steps.agreement, "between two heads, 0 none to 1 all alike");
  if (seen.gate) table += finding("gate", *seen.gate, "how much words take from the picture");
  const auto& curves = health.faithfulness;
  if (curves.words > 0) {
    table += finding("fall", curves.fall(), "of a word's probability without what it looked at most") +
             finding("  at random", curves.fall_random(), "without as many other regions") +
             finding("rise", curves.rise(), "with nothing but what it looked at most") +
             finding("  at random", curves.rise_random(), "with nothing but as many other regions");
  }
  for (const auto& reason : health.reasons) table += "unhealthy: " + reason + "\n";
  for (const auto& reason : health.unjudged) table += "not judged: " + reason + "\n";
  if (health.healthy()) table += health.unjudged.empty() ? "healthy\n" : "healthy as far as could be judged\n";
  return table;
}

}  // namespace saccade
