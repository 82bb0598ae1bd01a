#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"

namespace saccade {
namespace {

/// q · x: the regions are their own keys, so that nothing is learned but the query; Luong et al. 2015, eq. 8.
class Dot : public ScoredAttentionImpl {
 public:
  Dot(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size, Keys::kFeatures) {}

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return by_heads(query).matmul(keys.transpose(-2, -1));
  }
};

}  // namespace

std::shared_ptr<AttentionModule> make_dot(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<Dot>(config, feature_size);
}

}  // namespace saccade
