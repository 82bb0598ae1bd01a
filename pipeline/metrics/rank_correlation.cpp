#include "pipeline/metrics/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace saccade {
namespace {

int64_t pairs_among(int64_t count) { return count * (count - 1) / 2; }

struct Ties {
  int64_t pairs = 0;   ///< of equal values
  int64_t groups = 0;  ///< different values
};

/// Of n values, equal ones side by side.
template <typename Equal>
Ties ties_of(int64_t n, const Equal& equal_to_previous) {
  Ties ties;
  for (int64_t i = 0, begin = 0; i < n; ++i) {
    if (i > 0 && !equal_to_previous(i)) begin = i;
    ties.pairs += i - begin;
    ties.groups += i == begin;
  }
  return ties;
}

/// Sorts by merging; the pairs that stood in the wrong order, by how far each value moves to the front.
int64_t sort_counting_inversions(std::span<double> values, std::span<double> space) {
  if (values.size() < 2) return 0;
  const std::size_t half = values.size() / 2;
  int64_t inversions =
      sort_counting_inversions(values.first(half), space.first(half)) + sort_counting_inversions(values.subspan(half), space.subspan(half));
  std::size_t left = 0, right = half;
  for (auto& next : space) {
    if (right == values.size() || (left < half && values[left] <= values[right])) {
      next = values[left++];
    } else {
      inversions += static_cast<int64_t>(half - left);
      next = values[right++];
    }
  }
  std::ranges::copy(space, values.begin());
  return inversions;
}

}  // namespace

KendallTau kendall_tau(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) throw std::invalid_argument("two rankings are of the same things");
  const int64_t n = std::ssize(x);
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t i, std::size_t j) { return x[i] < x[j] || (x[i] == x[j] && y[i] < y[j]); });

  std::vector<double> ranked(x.size()), space(x.size());  // y in the order of x
  std::ranges::transform(order, ranked.begin(), [&](std::size_t i) { return y[i]; });
  const auto same_x = [&](int64_t i) { return x[order[i]] == x[order[i - 1]]; };
  const auto ties_x = ties_of(n, same_x);
  const auto ties_both = ties_of(n, [&](int64_t i) { return same_x(i) && ranked[i] == ranked[i - 1]; });
  const int64_t discordant = sort_counting_inversions(ranked, space);
  const auto ties_y = ties_of(n, [&](int64_t i) { return ranked[i] == ranked[i - 1]; });

  const int64_t pairs = pairs_among(n);
  const auto agreement = static_cast<double>(pairs - ties_x.pairs - ties_y.pairs + ties_both.pairs - 2 * discordant);
  const auto groups = static_cast<double>(std::min(ties_x.groups, ties_y.groups)), things = static_cast<double>(n);
  if (groups < 2) return {.b = std::numeric_limits<double>::quiet_NaN(), .c = std::numeric_limits<double>::quiet_NaN()};
  return {.b = agreement / std::sqrt(static_cast<double>(pairs - ties_x.pairs)) / std::sqrt(static_cast<double>(pairs - ties_y.pairs)),
          .c = 2 * agreement / (things * things * (groups - 1) / groups)};
}

}  // namespace saccade
