/// What an evaluated system's captions are like among themselves, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "data/annotations/annotations.h"
#include "pipeline/evaluate.h"
#include "pipeline/metrics/diversity.h"

namespace saccade {

/// Of the captions that the report scored. `training`: captions of people that the system learned from; without them what is novel stays
/// unknown.
Diversity diversity_of(const EvaluationReport& report, const std::vector<AnnotatedImage>& training = {});

/// Keys captions, vocabulary, distinct_1 … distinct_4, mean_length, length_deviation, different, shared, novel (null where unknown),
/// bad_endings, stammering; shares are 0 … 1.
nlohmann::ordered_json to_json_diversity(const Diversity& diversity);

std::string to_table(const Diversity& diversity);

}  // namespace saccade
