/// Kendall's rank correlation: do two rankings of the same things agree?
#pragma once

#include <span>

namespace saccade {

/// Both are 1 for the same order and -1 for the opposite; they deal with ties differently. NaN where one of the rankings has all things
/// tied: the question has no answer then.
struct KendallTau {
  double b = 0;  ///< concordant less discordant pairs, over the geometric mean of the pairs that each ranking does not tie (Kendall 1945)
  double c = 0;  ///< the same over n²(m - 1) / 2m, m being the smaller number of different values (Stuart 1953)
};

/// Of n pairs (x[i], y[i]) without NaN, in O(n log n) (Knight 1966). std::invalid_argument if the lengths differ.
KendallTau kendall_tau(std::span<const double> x, std::span<const double> y);

}  // namespace saccade
