#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"
#include "models/attention/scores/sum_by_heads.h"

namespace saccade {
namespace {

/// v · ReLU(W_2 ReLU(W_1 [q; x]) + b_2), a network of two hidden layers, the dearest of the scores: B · K · L · A² products a word. The
/// first layer is taken apart as in concat, with W_1 q the decoder's.
class Mlp : public ScoredAttentionImpl {
 public:
  Mlp(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    const auto head = config.size / config.heads;
    const double bound = 1 / std::sqrt(static_cast<double>(head));  // as a Linear of size a → a would begin
    hidden_weight_ = register_parameter("hidden_weight", torch::empty({config.heads, head, head}).uniform_(-bound, bound));
    hidden_bias_ = register_parameter("hidden_bias", torch::empty({config.heads, head}).uniform_(-bound, bound));
    score_ = register_parameter("score", first_factors(config.size));
  }

 protected:
  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    const auto first = (by_heads(query).unsqueeze(3) + keys.unsqueeze(2)).relu();                // [B, N, K, L, a]
    const auto second = first.flatten(2, 3).matmul(hidden_weight_) + hidden_bias_.unsqueeze(1);  // [B, N, K · L, a]
    return sum_by_heads(second.relu().unflatten(2, {query.size(1), keys.size(2)}), score_);
  }

 private:
  torch::Tensor hidden_weight_, hidden_bias_;  // W_2 [N, from a, to a] and b_2 [N, a]
  torch::Tensor score_;                        // v [A]
};

}  // namespace

std::shared_ptr<AttentionModule> make_mlp(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<Mlp>(config, feature_size);
}

}  // namespace saccade
