#pragma once

#include "models/attention/attention.h"

namespace saccade {

/// All of attention but the score: heads, normaliser and sum, for every score function alike. Parts of a head lie next to each other in
/// queries, keys and values: head n has [n · A / N, (n + 1) · A / N).
class ScoredAttentionImpl : public AttentionModule {
 public:
  int64_t query_size() const override { return key_size_; }
  int64_t context_size() const override { return context_size_; }
  Memory prepare(const torch::Tensor& features) override;
  Attended attend(const torch::Tensor& query, const Memory& memory) override;
  Attended attend_beside(const torch::Tensor& query, const Memory& memory, const torch::Tensor& sentinel) override;
  torch::Tensor baseline() const override { return baseline_; }

 protected:
  enum class Keys { kProjected, kFeatures };

  ScoredAttentionImpl(const AttentionConfig& config, int64_t feature_size, Keys keys = Keys::kProjected);

  /// regions [B, L, D] → [B, N, L, ...] what a region is scored by. Here: its key U x, or the region itself.
  virtual torch::Tensor keys_of(const torch::Tensor& regions);
  /// query [B, K, query_size], keys of keys_of → [B, N, K, L].
  virtual torch::Tensor scores_of(const torch::Tensor& query, const torch::Tensor& keys) = 0;

  /// [B, L, N · a] → [B, N, L, a]
  torch::Tensor by_heads(const torch::Tensor& rows) const;
  /// One head, softmax, and the regions as they are: what a kernel may do in one.
  bool is_plain() const;

  const AttentionConfig config_;
  torch::nn::Linear key_projection_{nullptr};  // U; its bias would only repeat the query's

 private:
  torch::Tensor values_of(const torch::Tensor& regions);
  /// values: of values_of; own: those of the sentinels [B, N, K, ...], undefined without.
  Attended sum(const torch::Tensor& scores, const torch::Tensor& values, const torch::Tensor& own);

  const int64_t key_size_, context_size_;
  torch::nn::Linear value_projection_{nullptr}, output_projection_{nullptr};
  torch::Tensor baseline_;
};

}  // namespace saccade
