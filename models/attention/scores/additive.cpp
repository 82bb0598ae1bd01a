#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"
#include "models/attention/scores/sum_by_heads.h"
#include "models/kernels/additive_attention_step.h"
#include "models/kernels/additive_scores.h"

namespace saccade {
namespace {

/// v · tanh(W q + U k); Bahdanau et al. 2015, eq. 6, and Xu et al. 2015, eq. 4-6. W is the decoder's.
class Additive : public ScoredAttentionImpl {
 public:
  Additive(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    score_ = register_parameter("score", first_factors(config.size));
  }

  Attended attend(const torch::Tensor& query, const Memory& memory) override {
    if (!is_plain()) return ScoredAttentionImpl::attend(query, memory);
    const auto [context, weights, scores] = additive_attention_step(query, memory.keys.squeeze(1), score_, memory.values.squeeze(1));
    return {.context = context, .weights = weights, .scores = scores.defined() ? scores.unsqueeze(2) : scores};
  }

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return additive_scores_by_heads(query, keys, score_);
  }

 private:
  torch::Tensor score_;  // v [A]
};

}  // namespace

std::shared_ptr<AttentionModule> make_additive(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<Additive>(config, feature_size);
}

}  // namespace saccade
