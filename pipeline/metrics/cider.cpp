#include "pipeline/metrics/cider.h"

#include <algorithm>
#include <cmath>

namespace saccade {

CiderD::CiderD(const CookedReferences& references)
    : references_(references), unseen_idf_(std::log(static_cast<double>(std::max<int64_t>(1, references.images())))) {
  idf_.reserve(references.document_frequencies().size());
  for (const auto frequency : references.document_frequencies()) idf_.push_back(unseen_idf_ - std::log(static_cast<double>(frequency)));
  const int64_t count = references.first_reference(references.images());
  norms_.reserve(static_cast<std::size_t>(count));
  for (int64_t r = 0; r < count; ++r) norms_.push_back(norms(references.reference(r)));
}

CiderD::Norms CiderD::norms(const CookedText& text) const {
  Norms norms{};
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    double sum = 0;
    for (const auto& [ngram, count] : text.ngrams[n]) sum += std::pow(count * idf(ngram), 2);
    norms[n] = std::sqrt(sum);
  }
  return norms;
}

// Summed over n; the mean is taken at the end.
double CiderD::similarity(const CookedText& hypothesis, const Norms& hypothesis_norms, int64_t reference) const {
  constexpr double kSigma = 6;
  const auto text = references_.reference(reference);
  double sum = 0;
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    const double norm = hypothesis_norms[n] * norms_[static_cast<std::size_t>(reference)][n];
    if (norm == 0) continue;
    double product = 0;
    auto other = text.ngrams[n].begin();
    for (const auto& [ngram, count] : hypothesis.ngrams[n]) {
      while (other != text.ngrams[n].end() && other->ngram < ngram) ++other;
      if (other == text.ngrams[n].end()) break;
      if (other->ngram == ngram) product += std::min(count, other->count) * other->count * idf_[ngram] * idf_[ngram];
    }
    sum += product / norm;
  }
  // The reference scorer measures a text by its bigrams, one fewer than its words, but none in an empty text.
  const auto bigrams = [](int64_t words) { return static_cast<double>(std::max<int64_t>(0, words - 1)); };
  const double difference = bigrams(hypothesis.length) - bigrams(text.length);
  return sum * std::exp(-difference * difference / (2 * kSigma * kSigma));
}

double CiderD::score(const CookedText& hypothesis, int64_t image) const {
  const auto hypothesis_norms = norms(hypothesis);
  const int64_t begin = references_.first_reference(image), end = references_.first_reference(image + 1);
  double sum = 0;
  for (int64_t r = begin; r < end; ++r) sum += similarity(hypothesis, hypothesis_norms, r);
  return begin == end ? 0 : 10 * sum / kNgramOrders / static_cast<double>(end - begin);
}

}  // namespace saccade
