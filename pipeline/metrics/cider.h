/// CIDEr (Vedantam et al. 2015), times 10, in its two forms. CIDEr-D, which the field prints as CIDEr, clips counts and has a Gaussian
/// penalty on the difference of lengths; the plain one has neither. Both on words as they stand: the paper's stemming is not in the code
/// that the field uses.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "pipeline/metrics/cooked_references.h"

namespace saccade {

struct CiderScores {
  double d = 0, plain = 0;  ///< 0 … 10
};

class Cider {
 public:
  /// Document frequencies are those of the references given, which must outlive this.
  explicit Cider(const CookedReferences& references);
  /// Those of `images` other images, by order and number of n-gram; for n-grams past the end 0, which weighs as 1.
  Cider(const CookedReferences& references, int64_t images, const std::array<std::span<const int32_t>, kNgramOrders>& frequencies);

  /// CIDEr-D, 0 … 10. From any thread.
  double score(const CookedText& hypothesis, int64_t image) const { return scores(hypothesis, image).d; }
  /// Both forms. From any thread.
  CiderScores scores(const CookedText& hypothesis, int64_t image) const;

 private:
  using Norms = std::array<double, kNgramOrders>;
  double idf(std::size_t n, uint32_t ngram) const { return ngram < idf_[n].size() ? idf_[n][ngram] : unseen_idf_; }
  Norms norms(const CookedText& text) const;
  CiderScores similarity(const CookedText& hypothesis, const Norms& hypothesis_norms, int64_t reference) const;

  const CookedReferences& references_;
  double unseen_idf_;
  std::array<std::vector<double>, kNgramOrders> idf_;  // by number of n-gram
  std::vector<Norms> norms_;                           // by reference
};

}  // namespace saccade
