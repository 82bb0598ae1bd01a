/// How far the scores of a corpus would move had other images been drawn, and whether two systems differ by more than chance. Scores are
/// resampled as what they are made of: BLEU from the counts of the images drawn, not from their BLEU. The same seed gives the same draws
/// for every score, every system and on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/metrics/bleu.h"

namespace saccade {

/// M scores of a corpus of N images, made of F sums over the images: a mean is one sum, BLEU ten.
struct SummedScores {
  std::vector<std::string> names;  ///< [M]
  int64_t images = 0;              ///< N
  int64_t width = 0;               ///< F
  std::vector<double> terms;       ///< [N, F] what each image adds; counts are whole numbers, whose sums are exact in any order
  std::function<std::vector<double>(std::span<const double> sums, int64_t images)> scores;  ///< [F] → [M]
};

/// The mean of scores, one an image.
SummedScores mean_of_images(std::string name, std::span<const double> scores);
/// bleu_1 … bleu_4 of the corpus.
SummedScores bleu_of_images(std::span<const BleuCounts> counts);
/// All scores of `parts`, which are of the same images: resampled together, they cost one draw.
SummedScores together(const std::vector<SummedScores>& parts);

/// Of the corpus as it is, [M].
std::vector<double> corpus_values(const SummedScores& scores);

struct ResamplingOptions {
  int64_t resamples = 1000;
  uint64_t seed = 1;
};

struct Interval {
  double low = 0, high = 0;
};

/// The middle 95 % of what is found in corpora drawn from the images with replacement (Efron 1979), for each score, [M].
std::vector<Interval> bootstrap_intervals(const SummedScores& scores, const ResamplingOptions& options = {});

struct PairedBootstrap {
  Interval interval;  ///< middle 95 % of b - a
  double p = 1;       ///< two-sided: twice the share of draws in which the system that is worse here is as good or better
};

/// Both systems on the same images (Koehn 2004), for each score, [M]; k of n draws make a share of (k + 1) / (n + 1), never 0. The systems
/// have the same scores of the same images, else std::invalid_argument.
std::vector<PairedBootstrap> paired_bootstrap(const SummedScores& a, const SummedScores& b, const ResamplingOptions& options = {});

/// Two-sided p, [M]: how often the difference is as large, if for each image it is by a toss that a caption is the one system's and not
/// the other's (Noreen 1989); (k + 1) / (n + 1) as above. Asks for the systems what paired_bootstrap does.
std::vector<double> approximate_randomisation(const SummedScores& a, const SummedScores& b, const ResamplingOptions& options = {});

}  // namespace saccade
