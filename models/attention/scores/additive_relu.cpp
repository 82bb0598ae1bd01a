#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"
#include "models/attention/scores/sum_by_heads.h"

namespace saccade {
namespace {

/// v · ReLU(W q + U k): what most tutorials of captioning train. Cheaper than a tanh, and without an upper bound.
class AdditiveRelu : public ScoredAttentionImpl {
 public:
  AdditiveRelu(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    score_ = register_parameter("score", first_factors(config.size));
  }

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return sum_by_heads((by_heads(query).unsqueeze(3) + keys.unsqueeze(2)).relu(), score_);
  }

 private:
  torch::Tensor score_;  // v [A]
};

}  // namespace

std::shared_ptr<AttentionModule> make_additive_relu(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<AdditiveRelu>(config, feature_size);
}

}  // namespace saccade
