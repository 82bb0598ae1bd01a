#include "pipeline/metrics/bleu.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace saccade {
namespace {

int64_t closest_length(int64_t length, const CookedReferences& references, int64_t image) {
  int64_t best = 0, best_distance = std::numeric_limits<int64_t>::max();
  for (int64_t r = references.first_reference(image); r < references.first_reference(image + 1); ++r) {
    const int64_t candidate = references.reference(r).length, distance = std::abs(candidate - length);
    if (distance < best_distance || (distance == best_distance && candidate < best)) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

int32_t count_in(std::span<const NgramCount> ngrams, uint32_t ngram) {
  const auto found = std::lower_bound(ngrams.begin(), ngrams.end(), ngram, [](const NgramCount& a, uint32_t b) { return a.ngram < b; });
  return found != ngrams.end() && found->ngram == ngram ? found->count : 0;
}

}  // namespace

BleuCounts& BleuCounts::operator+=(const BleuCounts& other) {
  length += other.length;
  reference_length += other.reference_length;
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    correct[n] += other.correct[n];
    guessed[n] += other.guessed[n];
  }
  return *this;
}

BleuCounts bleu_counts(const CookedText& hypothesis, const CookedReferences& references, int64_t image) {
  BleuCounts counts{.length = hypothesis.length, .reference_length = closest_length(hypothesis.length, references, image)};
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    counts.guessed[n] = std::max<int64_t>(0, hypothesis.length - static_cast<int64_t>(n));
    for (const auto& [ngram, count] : hypothesis.ngrams[n]) {
      if (ngram == NgramTable::kUnseen) break;
      int32_t most = 0;
      for (int64_t r = references.first_reference(image); r < references.first_reference(image + 1) && most < count; ++r) {
        most = std::max(most, count_in(references.reference(r).ngrams[n], ngram));
      }
      counts.correct[n] += std::min(count, most);
    }
  }
  return counts;
}

std::array<double, kNgramOrders> bleu_scores(const BleuCounts& counts) {
  constexpr double kTiny = 1e-15, kSmall = 1e-9;  // the reference scorer's, so that nothing divides by zero
  const double ratio = (static_cast<double>(counts.length) + kTiny) / (static_cast<double>(counts.reference_length) + kSmall);
  const double brevity = ratio < 1 ? std::exp(1 - 1 / ratio) : 1;
  std::array<double, kNgramOrders> scores{};
  double product = 1;
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    product *= (static_cast<double>(counts.correct[n]) + kTiny) / (static_cast<double>(counts.guessed[n]) + kSmall);
    scores[n] = std::pow(product, 1.0 / static_cast<double>(n + 1)) * brevity;
  }
  return scores;
}

}  // namespace saccade
