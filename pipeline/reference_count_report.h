/// How much the scores owe to the number of references: captions of one data set, scored against more and more of what people wrote.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pipeline/evaluate.h"

namespace saccade {

struct ReferenceCountScores {
  int64_t references = 0;  ///< of each image: its first ones
  CorpusScores scores;     ///< over the images that have so many
  std::optional<double> meteor;
};

/// The captions of `report` against the first reference of their image, the first two, and so on up to ten. Between two rows only compare
/// what has the same number of images; sets with different numbers of references compare at the number that both have.
std::vector<ReferenceCountScores> scores_by_reference_count(const EvaluationReport& report, EvaluationOptions options);

/// [{"references", "images", the scores}, ...]
nlohmann::ordered_json to_json_rows(const std::vector<ReferenceCountScores>& rows);
/// Times 100.
std::string to_table(const std::vector<ReferenceCountScores>& rows);

}  // namespace saccade
