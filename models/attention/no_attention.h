#pragma once

#include "models/attention/attention.h"

namespace saccade {

/// The baselines: every word sees the mean of the regions, or, with a context_size of 0, nothing but what the decoder's initial state took
/// from it. All weights are 1 / L whatever the word.
class NoAttentionImpl : public AttentionModule {
 public:
  explicit NoAttentionImpl(int64_t context_size) : context_size_(context_size) {}

  int64_t query_size() const override { return 0; }
  int64_t context_size() const override { return context_size_; }
  Memory prepare(const torch::Tensor& features) override;
  Attended attend(const torch::Tensor& query, const Memory& memory) override;

 private:
  int64_t context_size_;  // D or 0
};

}  // namespace saccade
