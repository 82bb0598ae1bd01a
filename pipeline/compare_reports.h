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

/// Throws Error if they have no image in common. CIDEr's document frequencies are those each report was made with.
SystemComparison compare_reports(const EvaluationReport& a, const EvaluationReport& b, const ResamplingOptions& options = {});

}  // namespace saccade
