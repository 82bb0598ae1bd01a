/// BLEU (Papineni et al. 2002) with the closest reference length and the smoothing of coco-caption.
#pragma once

#include <array>

#include "pipeline/metrics/cooked_references.h"

namespace saccade {

/// What BLEU counts in a caption; summed over captions, what it counts in a corpus.
struct BleuCounts {
  int64_t length = 0, reference_length = 0;  ///< words; of the reference whose length is closest, the shorter of two
  std::array<int64_t, kNgramOrders> correct{}, guessed{};

  BleuCounts& operator+=(const BleuCounts& other);
  bool operator==(const BleuCounts&) const = default;
};

BleuCounts bleu_counts(const CookedText& hypothesis, const CookedReferences& references, int64_t image);

/// BLEU-1 … BLEU-4 of a caption or a corpus.
std::array<double, kNgramOrders> bleu_scores(const BleuCounts& counts);

}  // namespace saccade
