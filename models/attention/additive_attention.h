#pragma once

#include "models/attention/attention.h"

namespace saccade {

/// Soft attention, scored by v · tanh(W q + U k); Bahdanau et al. 2015, eq. 6, and Xu et al. 2015, eq. 4-6. W is the decoder's.
class AdditiveAttentionImpl : public AttentionModule {
 public:
  AdditiveAttentionImpl(const AttentionConfig& config, int64_t feature_size);

  int64_t query_size() const override { return size_; }
  int64_t context_size() const override { return feature_size_; }
  Memory prepare(const torch::Tensor& features) override;
  Attended attend(const torch::Tensor& query, const Memory& memory) override;

 private:
  int64_t size_, feature_size_;                // A, D
  torch::nn::Linear key_projection_{nullptr};  // U; its bias would only repeat the query's
  torch::Tensor score_;                        // v [A]
};
TORCH_MODULE(AdditiveAttention);

}  // namespace saccade
