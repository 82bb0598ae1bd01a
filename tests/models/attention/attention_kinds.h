/// Every kind of attention, small.
#pragma once

#include <vector>

#include "models/attention/attention_config.h"

namespace saccade {

inline const std::vector<AttentionScore> kScores = {
    AttentionScore::kAdditive, AttentionScore::kAdditiveRelu, AttentionScore::kConcat,
    AttentionScore::kDot,      AttentionScore::kScaledDot,    AttentionScore::kGeneral,
    AttentionScore::kCosine,   AttentionScore::kMlp,          AttentionScore::kAdditiveSeparate};
inline const std::vector<AttentionNormaliser> kNormalisers = {AttentionNormaliser::kSoftmax, AttentionNormaliser::kSparsemax,
                                                              AttentionNormaliser::kEntmax15, AttentionNormaliser::kHard};

/// Each score with each normaliser; and each score with heads, its values as they are and projected. Regions of size 5.
inline std::vector<AttentionConfig> all_attentions() {
  std::vector<AttentionConfig> configs;
  for (const auto score : kScores) {
    for (const auto normaliser : kNormalisers) configs.push_back({.score = score, .normaliser = normaliser, .size = 4});
    configs.push_back({.score = score, .values = AttentionValues::kProjected, .size = 4});
    configs.push_back({.score = score, .size = 10, .heads = 5});
    configs.push_back(
        {.score = score, .normaliser = AttentionNormaliser::kEntmax15, .values = AttentionValues::kProjected, .size = 10, .heads = 5});
  }
  return configs;
}

inline std::string name(const AttentionConfig& config) { return nlohmann::json(config).dump(); }

}  // namespace saccade
