#include <cmath>

#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"

namespace saccade {
namespace {

/// q · U x / √a, a the size of a head's key; Vaswani et al. 2017, eq. 1.
class ScaledDot : public ScoredAttentionImpl {
 public:
  ScaledDot(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {}

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    const double scale = 1 / std::sqrt(static_cast<double>(keys.size(-1)));
    return (by_heads(query) * scale).matmul(keys.transpose(-2, -1));
  }
};

}  // namespace

std::shared_ptr<AttentionModule> make_scaled_dot(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<ScaledDot>(config, feature_size);
}

}  // namespace saccade
