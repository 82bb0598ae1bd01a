/// Can this model's attention be trusted? What it does, whether it looks at what the words name, and whether the words rest on it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/attention/faithfulness.h"
#include "pipeline/attention/grounding.h"
#include "pipeline/attention/statistics.h"

namespace saccade {

struct AttentionHealth {
  AttentionStatistics statistics;
  StepFindings steps;  ///< means over captions
  std::optional<Grounding> grounding;
  FaithfulnessCurves faithfulness;
  std::vector<std::string> reasons;   ///< why it is not healthy, in sentences; empty: it is, as far as was judged
  std::vector<std::string> unjudged;  ///< what there was too little for, in sentences

  bool healthy() const { return reasons.empty(); }
};

/// Fills `reasons` and `unjudged` by the rest.
void judge(AttentionHealth& health);

/// Keys healthy, reasons, unjudged, words, pointing, pointing_centre, mass_in_box, box_share (null where nothing with a box was named),
/// entropy, largest, effective_regions, movement, change, sensitivity, agreement, coverage, border, border_share, gate, and
/// faithfulness{words, whole, nothing, shares, deletion, deletion_random, insertion, insertion_random, fall, fall_random, rise,
/// rise_random}.
nlohmann::ordered_json to_json_health(const AttentionHealth& health);
/// What the training log tells of it: numbers under "attention", under "grounding" where a word named something with a box, and reasons
/// under "unhealthy" where there are any.
nlohmann::json to_log(const AttentionHealth& health);
/// For people: one line a finding, with what it means.
std::string to_table(const AttentionHealth& health);

}  // namespace saccade
