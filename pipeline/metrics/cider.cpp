#include "pipeline/metrics/cider.h"

#include <algorithm>
#include <cmath>

#include "pipeline/in_parallel.h"

namespace saccade {

Cider::Cider(const CookedReferences& references) : Cider(references, references.images(), references.document_frequencies()) {}

Cider::Cider(const CookedReferences& references, int64_t images, std::span<const int32_t> frequencies)
    : references_(references), unseen_idf_(std::log(static_cast<double>(std::max<int64_t>(1, images)))) {
  idf_.reserve(frequencies.size());
  for (const auto frequency : frequencies) idf_.push_back(unseen_idf_ - std::log(static_cast<double>(std::max(1, frequency))));
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
      const double weight = count * idf(ngram);
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
      const double weight = idf(ngram) * idf(ngram) * other->count;
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
