/// METEOR 1.5 for English (Denkowski and Lavie 2014) as the reference scorer calls it: `-l en -norm`, ranking task, all four modules.
/// Tokenised captions and METEOR's own data files (files.h) enter; a score a picture and one for all leave. Written from the paper and from
/// what the program does with probes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/metrics/meteor/aligner.h"
#include "pipeline/metrics/meteor/files.h"
#include "pipeline/metrics/metrics.h"

namespace saccade {

/// Words on one side of an alignment.
struct MeteorSide {
  int64_t words = 0, function_words = 0;
  std::array<int64_t, kMeteorModules> matched_content{}, matched_function{};  ///< by module

  int64_t matched() const;
};

/// What a caption has in common with a reference; summed over captions, what a system has with its references.
struct MeteorStatistics {
  MeteorSide hypothesis, reference;
  int64_t chunks = 0;  ///< 0 where both texts are matched whole, in order

  MeteorStatistics& operator+=(const MeteorStatistics& other);
};

MeteorStatistics meteor_statistics(const MeteorText& hypothesis, const MeteorText& reference, const std::vector<MeteorMatch>& matches,
                                   const MeteorWords& words);
/// 0 … 1.
double meteor_score(const MeteorStatistics& statistics);

struct MeteorScores {
  std::string variant;                   ///< which modules: MeteorFiles::variant()
  std::vector<MeteorStatistics> images;  ///< against the reference that gives the highest score
  double corpus = 0;                     ///< of the summed statistics, not the mean
};

/// From as many threads as working_threads() says. Of a text only the first 512 words are looked at, for the time of an alignment grows
/// with the square of them; captions have a dozen.
MeteorScores score_meteor(const std::vector<ScoredCaption>& captions, const MeteorFiles& files);

}  // namespace saccade
