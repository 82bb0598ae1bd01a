/// Two systems on the same images: every score of both, how they differ, and how sure one can be of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "pipeline/metrics/meteor/meteor.h"
#include "pipeline/metrics/metrics.h"
#include "pipeline/metrics/significance.h"

namespace saccade {

/// Scores of a corpus as corpus_scores() makes them, ready to be resampled: bleu_1 … bleu_4, rouge_l, cider, cider_plain.
SummedScores summed_scores(const std::vector<ImageScores>& images);
/// METEOR of a corpus, which is of summed statistics as BLEU is: meteor. It joins the others by together().
SummedScores summed_meteor(std::span<const MeteorStatistics> images);

/// A row of the comparison.
struct ComparedScore {
  std::string name;  ///< as in SummedScores
  double a = 0, b = 0;
  double difference = 0;   ///< b - a
  Interval interval;       ///< 95 % of the difference, by paired bootstrap
  double p = 1;            ///< by approximate randomisation, two-sided
  double bootstrap_p = 1;  ///< by paired bootstrap, two-sided
};

/// Throws std::invalid_argument unless both have the same scores of the same images, in the same order.
std::vector<ComparedScore> compare_systems(const SummedScores& a, const SummedScores& b, const ResamplingOptions& options = {});

/// {"cider": {"a", "b", "difference", "low", "high", "p", "bootstrap_p"}, ...}: scores as they are, not times 100.
nlohmann::ordered_json to_json_comparison(const std::vector<ComparedScore>& rows);

/// A table for people: scores times 100, and a star where p < 0.05.
std::string to_comparison_table(const std::vector<ComparedScore>& rows);

}  // namespace saccade
