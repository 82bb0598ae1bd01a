#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace saccade {

enum class AttentionScore {
  kNone,      ///< no attention: every word sees the mean of the regions (the sequence-to-sequence baseline)
  kAdditive,  ///< v · tanh(W q + U k)
};
NLOHMANN_JSON_SERIALIZE_ENUM(AttentionScore, {{AttentionScore::kNone, "none"}, {AttentionScore::kAdditive, "additive"}})

struct AttentionConfig {
  AttentionScore score = AttentionScore::kAdditive;
  int64_t size = 512;  ///< A, size of keys and queries
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(AttentionConfig, score, size)

}  // namespace saccade
