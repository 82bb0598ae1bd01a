/// CIDEr-D (Vedantam et al. 2015), which the field prints as CIDEr: clipped, with a Gaussian penalty on the difference of lengths,
/// times 10.
#pragma once

#include <array>
#include <vector>

#include "pipeline/metrics/cooked_references.h"

namespace saccade {

class CiderD {
 public:
  /// Document frequencies are those of the references given. They must outlive this.
  explicit CiderD(const CookedReferences& references);

  /// 0 … 10. From any thread.
  double score(const CookedText& hypothesis, int64_t image) const;

 private:
  using Norms = std::array<double, kNgramOrders>;
  double idf(uint32_t ngram) const { return ngram == NgramTable::kUnseen ? unseen_idf_ : idf_[ngram]; }
  Norms norms(const CookedText& text) const;
  double similarity(const CookedText& hypothesis, const Norms& hypothesis_norms, int64_t reference) const;

  const CookedReferences& references_;
  double unseen_idf_;
  std::vector<double> idf_;   // by n-gram number
  std::vector<Norms> norms_;  // by reference
};

}  // namespace saccade
