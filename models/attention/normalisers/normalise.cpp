#include "models/attention/normalisers/normalise.h"

#include "models/attention/normalisers/draw_region.h"
#include "models/attention/normalisers/entmax.h"
#include "models/attention/normalisers/sparsemax.h"

namespace saccade {

Shares normalise(const torch::Tensor& scores, const AttentionConfig& config, bool training) {
  const auto with = [](const torch::Tensor& weights) { return Shares{.weights = weights, .taken = weights}; };
  switch (config.normaliser) {
    case AttentionNormaliser::kSoftmax:
      return with(scores.softmax(-1));
    case AttentionNormaliser::kSparsemax:
      return with(sparsemax(scores));
    case AttentionNormaliser::kEntmax15:
      return with(entmax15(scores));
    case AttentionNormaliser::kHard:
      return training ? draw_region(scores, config.sampled_share) : with(scores.softmax(-1));
  }
  TORCH_CHECK(false, "a normaliser that is none");
}

}  // namespace saccade
