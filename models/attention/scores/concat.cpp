#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"
#include "models/attention/scores/sum_by_heads.h"
#include "models/kernels/additive_scores.h"

namespace saccade {
namespace {

/// v · tanh(W [q; x]); Bahdanau et al. 2015 and Luong et al. 2015, eq. 8. W [q; x] = W_q q + U x, so that nothing is joined: U x is
/// computed once a picture. Unlike `additive`, q passes through a map of its own.
class Concat : public ScoredAttentionImpl {
 public:
  Concat(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    query_projection_ =
        register_module("query_projection", torch::nn::Linear(torch::nn::LinearOptions(config.size, config.size).bias(false)));
    score_ = register_parameter("score", first_factors(config.size));
  }

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return additive_scores_by_heads(query_projection_(query).to(query.scalar_type()), keys, score_);
  }

 private:
  torch::nn::Linear query_projection_{nullptr};  // W_q
  torch::Tensor score_;                          // v [A]
};

}  // namespace

std::shared_ptr<AttentionModule> make_concat(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<Concat>(config, feature_size);
}

}  // namespace saccade
