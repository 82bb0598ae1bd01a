#include <cmath>

#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"

namespace saccade {
namespace {

/// q · U x, the multiplicative score; Luong et al. 2015, eq. 8.
class General : public ScoredAttentionImpl {
 public:
  General(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    // Sums of a products spread by √a: the softmax would stand still on one region before anything is learned. So it begins as scaled_dot.
    const torch::NoGradGuard no_gradients;
    key_projection_->weight.div_(std::sqrt(static_cast<double>(config.size / config.heads)));
  }

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return by_heads(query).matmul(keys.transpose(-2, -1));
  }
};

}  // namespace

std::shared_ptr<AttentionModule> make_general(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<General>(config, feature_size);
}

}  // namespace saccade
