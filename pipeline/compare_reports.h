/// Two systems that were evaluated on the same references, compared on the images that both captioned.
#pragma once

#include <string>
#include <vector>

#include "pipeline/evaluate.h"
#include "pipeline/metrics/compare.h"

namespace saccade {

struct SystemComparison {
  int64_t images = 0;                       ///< that both have
  std::vector<std::string> only_a, only_b;  ///< images that one has: in no row
  std::vector<ComparedScore> rows;          ///< with METEOR if both have it
};

/// A score of one system and how far it would move had other images been drawn: 95 % by bootstrap.
struct ScoreInterval {
  std::string name;  ///< as in ComparedScore
  double value = 0;
  Interval interval;
};
std::vector<ScoreInterval> report_intervals(const EvaluationReport& report, const ResamplingOptions& options = {});
/// {"cider": {"value", "low", "high"}, ...}, as they are.
nlohmann::ordered_json to_json_intervals(const std::vector<ScoreInterval>& intervals);
/// Times 100.
std::string to_table(const std::vector<ScoreInterval>& intervals);

/// Where one system has an image that the other lacks, both are scored anew on those that both have, by `scoring`: CIDEr would weigh words
/// by other images otherwise. Throws Error if there is none.
SystemComparison compare_reports(const EvaluationReport& a, const EvaluationReport& b, const EvaluationOptions& scoring = {},
                                 const ResamplingOptions& options = {});

/// {"images", "only_a", "only_b", and the rows as to_json_comparison() has them}
nlohmann::ordered_json to_json(const SystemComparison& comparison);
/// How many images, and to_comparison_table().
std::string to_table(const SystemComparison& comparison);

}  // namespace saccade
