/// Which score ranks captions as people do: Kendall's tau of each with the ratings of Flickr8k's experts.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/metrics/expert_correlation.h"
#include "pipeline/metrics/meteor/meteor.h"

namespace saccade {

struct ExpertAgreement {
  struct Row {
    std::string score;  ///< "bleu_4"
    KendallTau tau;
  };
  int64_t captions = 0, among_references = 0;  ///< rated ones that count, and those left out
  std::string meteor_variant;                  ///< empty without METEOR
  std::vector<Row> rows;
};

/// `meteor`: without its files the score is left out.
ExpertAgreement agreement_with_experts(const JudgedCaptions& judged, const std::optional<MeteorFiles>& meteor);

/// {"captions", "among_references", "meteor_variant", "tau": {"bleu_1": {"b", "c"}, ...}}; null where a score, or all ratings, are the same
/// for all.
nlohmann::ordered_json to_json_agreement(const ExpertAgreement& agreement);
/// Times 100, as papers print them.
std::string to_table(const ExpertAgreement& agreement);

}  // namespace saccade
