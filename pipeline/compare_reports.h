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

/// Throws Error if they have no image in common. CIDEr's document frequencies are those each report was made with.
SystemComparison compare_reports(const EvaluationReport& a, const EvaluationReport& b, const ResamplingOptions& options = {});

}  // namespace saccade
