#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"
#include "models/attention/scores/sum_by_heads.h"

namespace saccade {
namespace {

/// v · (tanh(W q) + tanh(U k)), as a published system has it: the query's term is the same for all regions, a normaliser takes it away, and
/// the weights are those of the picture, whatever the word. Here only so that the health check can be shown to find it; train no model with
/// it.
class AdditiveSeparate : public ScoredAttentionImpl {
 public:
  AdditiveSeparate(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    score_ = register_parameter("score", first_factors(config.size));
  }

 protected:
  torch::Tensor keys_of(const torch::Tensor& regions) override {
    return weigh(ScoredAttentionImpl::keys_of(regions).tanh()).to(regions.scalar_type());
  }

  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return weigh(by_heads(query).tanh()).unsqueeze(3) + keys.unsqueeze(2);
  }

 private:
  /// [B, N, rows, a] → [B, N, rows]
  torch::Tensor weigh(const torch::Tensor& terms) const { return terms.matmul(score_.view({config_.heads, -1, 1})).squeeze(-1); }

  torch::Tensor score_;  // v [A]
};

}  // namespace

std::shared_ptr<AttentionModule> make_additive_separate(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<AdditiveSeparate>(config, feature_size);
}

}  // namespace saccade
