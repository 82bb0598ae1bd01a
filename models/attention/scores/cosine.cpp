#include <cmath>

#include "models/attention/scored_attention.h"
#include "models/attention/scores/scores.h"

namespace saccade {
namespace {

constexpr double kFirstScale = 10;  // at τ = 1 the highest weight among 49 regions could not exceed 0.14

torch::Tensor direction(const torch::Tensor& rows) {
  return torch::nn::functional::normalize(rows, torch::nn::functional::NormalizeFuncOptions().dim(-1));
}

/// τ · cos(q, U x), each head with a temperature of its own, learned as its logarithm: how long queries and keys are does not matter.
class Cosine : public ScoredAttentionImpl {
 public:
  Cosine(const AttentionConfig& config, int64_t feature_size) : ScoredAttentionImpl(config, feature_size) {
    log_scale_ = register_parameter("log_scale", torch::full({config.heads}, std::log(kFirstScale)));
  }

 protected:
  torch::Tensor keys_of(const torch::Tensor& regions) override { return direction(ScoredAttentionImpl::keys_of(regions)); }

  torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) override {
    return log_scale_.exp().view({-1, 1, 1}) * direction(by_heads(query)).matmul(keys.transpose(-2, -1));
  }

 private:
  torch::Tensor log_scale_;  // log τ [N]
};

}  // namespace

std::shared_ptr<AttentionModule> make_cosine(const AttentionConfig& config, int64_t feature_size) {
  return std::make_shared<Cosine>(config, feature_size);
}

}  // namespace saccade
