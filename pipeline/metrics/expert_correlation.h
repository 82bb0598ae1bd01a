/// Does a metric rank captions as people do? Flickr8k's experts (data/annotations/expert_ratings.h) give the ranking of people, in the way
/// of the literature (Anderson et al. 2016; Hessel et al. 2021, appendix A): a caption that stands among the references of its picture, by
/// text, is left out (158 of 5,822), and each of the three ratings counts as a pair of its own (16,992).
#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <vector>

#include "pipeline/metrics/metrics.h"
#include "pipeline/metrics/rank_correlation.h"

namespace saccade {

struct JudgedCaptions {
  std::vector<ScoredCaption> captions;      ///< tokenised; the references are all captions of the picture, in the order of their numbers
  std::vector<std::array<int, 3>> ratings;  ///< one a caption
  int64_t among_references = 0;             ///< left out
};

/// From ExpertAnnotations.txt and Flickr8k.token.txt. Throws Error if one names what the other lacks.
JudgedCaptions read_judged_captions(const std::filesystem::path& ratings, const std::filesystem::path& captions);

/// Of scores, one a caption, with the ratings. Papers print τ_c, times 100. std::invalid_argument if there are not as many scores as
/// captions.
KendallTau correlation_with_experts(std::span<const double> scores, const JudgedCaptions& judged);

}  // namespace saccade
