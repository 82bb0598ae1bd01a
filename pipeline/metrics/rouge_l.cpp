#include "pipeline/metrics/rouge_l.h"

#include <algorithm>

namespace saccade {

// row_[j] is the length for the words of `a` so far and the first j words of `b`.
int64_t RougeL::longest_common_subsequence(std::span<const WordId> a, std::span<const WordId> b) {
  row_.assign(b.size() + 1, 0);
  for (const auto word : a) {
    int64_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const int64_t above = row_[j + 1];
      row_[j + 1] = word == b[j] ? diagonal + 1 : std::max(above, row_[j]);
      diagonal = above;
    }
  }
  return row_.back();
}

double RougeL::score(const CookedText& hypothesis, const CookedReferences& references, int64_t image) {
  constexpr double kBetaSquared = 1.2 * 1.2;
  double precision = 0, recall = 0;
  for (int64_t r = references.first_reference(image); r < references.first_reference(image + 1); ++r) {
    const auto reference = references.reference(r).tokens;
    const auto common = static_cast<double>(longest_common_subsequence(hypothesis.tokens, reference));
    precision = std::max(precision, common / static_cast<double>(hypothesis.tokens.size()));
    recall = std::max(recall, common / static_cast<double>(reference.size()));
  }
  if (precision == 0 || recall == 0) return 0;
  return (1 + kBetaSquared) * precision * recall / (recall + kBetaSquared * precision);
}

}  // namespace saccade
