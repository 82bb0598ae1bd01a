#include "pipeline/metrics/cider.h"

#include <algorithm>
#include <cmath>

#include "pipeline/in_parallel.h"

namespace saccade {
namespace {

std::array<std::span<const int32_t>, kNgramOrders> frequencies_of(const CookedReferences& references) {
  std::array<std::span<const int32_t>, kNgramOrders> frequencies;
  for (std::size_t n = 0; n < kNgramOrders; ++n) frequencies[n] = references.document_frequencies(n + 1);
  return frequencies;
}

}  // namespace

Cider::Cider(const CookedReferences& references) : Cider(references, references.images(), frequencies_of(references)) {}

Cider::Cider(const CookedReferences& references, int64_t images, const std::array<std::span<const int32_t>, kNgramOrders>& frequencies)
    : references_(references), unseen_idf_(std::log(static_cast<double>(std::max<int64_t>(1, images)))) {
  const auto idf_of = [this](int32_t frequency) { return unseen_idf_ - std::log(static_cast<double>(std::max(1, frequency))); };
  std::array<double, 256> frequent{};  // nearly all n-grams are in few images: a logarithm each would take longer than all the rest here
  for (std::size_t i = 0; i < frequent.size(); ++i) frequent[i] = idf_of(static_cast<int32_t>(i));
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    idf_[n].reserve(frequencies[n].size());
    for (const auto frequency : frequencies[n]) {
      const auto f = static_cast<std::size_t>(frequency);
      idf_[n].push_back(f < frequent.size() ? frequent[f] : idf_of(frequency));
    }
  }
  const int64_t count = references.first_reference(references.images());
  norms_.resize(static_cast<std::size_t>(count));
  for_each_in_parallel(norms_.size(), 256,
                       [&] { return [&](std::size_t r) { norms_[r] = norms(references.reference(static_cast<int64_t>(r))); }; });
}

Cider::Norms Cider::norms(const CookedText& text) const {
  Norms norms{};
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    double sum = 0;
    for (const auto& [ngram, count] : text.ngrams[n]) {
      const double weight = count * idf(n, ngram);
      sum += weight * weight;
    }
    norms[n] = std::sqrt(sum);
  }
  return norms;
}

// Summed over n; the mean is taken at the end.
CiderScores Cider::similarity(const CookedText& hypothesis, const Norms& hypothesis_norms, int64_t reference) const {
  constexpr double kSigma = 6;
  const auto text = references_.reference(reference);
  CiderScores sum;
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    const double norm = hypothesis_norms[n] * norms_[static_cast<std::size_t>(reference)][n];
    if (norm == 0) continue;
    CiderScores product;
    auto other = text.ngrams[n].begin();
    for (const auto& [ngram, count] : hypothesis.ngrams[n]) {
      while (other != text.ngrams[n].end() && other->ngram < ngram) ++other;
      if (other == text.ngrams[n].end()) break;
      if (other->ngram != ngram) continue;
      const double weight = idf(n, ngram) * idf(n, ngram) * other->count;
      product.d += std::min(count, other->count) * weight;
      product.plain += count * weight;
    }
    sum.d += product.d / norm;
    sum.plain += product.plain / norm;
  }
  // The reference scorer measures a text by its bigrams, one fewer than its words, but none in an empty text.
  const auto bigrams = [](int64_t words) { return static_cast<double>(std::max<int64_t>(0, words - 1)); };
  const double difference = bigrams(hypothesis.length) - bigrams(text.length);
  sum.d *= std::exp(-difference * difference / (2 * kSigma * kSigma));
  return sum;
}

CiderScores Cider::scores(const CookedText& hypothesis, int64_t image) const {
  const auto hypothesis_norms = norms(hypothesis);
  const int64_t begin = references_.first_reference(image), end = references_.first_reference(image + 1);
  if (begin == end) return {};
  CiderScores mean;
  for (int64_t r = begin; r < end; ++r) {
    const auto one = similarity(hypothesis, hypothesis_norms, r);
    mean.d += one.d;
    mean.plain += one.plain;
  }
  const double scale = 10.0 / kNgramOrders / static_cast<double>(end - begin);
  return {.d = mean.d * scale, .plain = mean.plain * scale};
}

}  // namespace saccade
