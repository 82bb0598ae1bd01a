#pragma once

#include "models/attention/attention.h"

namespace saccade {

/// The baseline: every word sees the mean of the regions, so all weights are 1 / L whatever the word.
class NoAttentionImpl : public AttentionModule {
 public:
  int64_t query_size() const override { return 0; }
  Memory prepare(const torch::Tensor& features) override;
  Attended attend(const torch::Tensor& query, const Memory& memory) override;
};
TORCH_MODULE(NoAttention);

}  // namespace saccade
