#pragma once

#include "models/attention/attention.h"

namespace saccade {

/// The baseline: every word sees the mean of the regions, so all weights are 1 / L whatever the word.
class NoAttentionImpl : public AttentionModule {
 public:
  explicit NoAttentionImpl(int64_t feature_size) : feature_size_(feature_size) {}

  int64_t query_size() const override { return 0; }
  int64_t context_size() const override { return feature_size_; }
  Memory prepare(const torch::Tensor& features) override;
  Attended attend(const torch::Tensor& query, const Memory& memory) override;

 private:
  int64_t feature_size_;  // D
};
TORCH_MODULE(NoAttention);

}  // namespace saccade
