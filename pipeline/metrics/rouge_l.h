/// ROUGE-L (Lin 2004) as coco-caption computes it: β = 1.2, and the best precision and the best recall may come from different references.
#pragma once

#include <vector>

#include "pipeline/metrics/cooked_references.h"

namespace saccade {

/// Keeps the memory of the longest common subsequence, so each thread has its own.
class RougeL {
 public:
  /// 0 … 1.
  double score(const CookedText& hypothesis, const CookedReferences& references, int64_t image);

 private:
  int64_t longest_common_subsequence(std::span<const WordId> a, std::span<const WordId> b);

  std::vector<int64_t> row_;
};

}  // namespace saccade
