#include "models/attention/scored_attention.h"

#include "models/attention/normalisers/normalise.h"

namespace saccade {
namespace {

using torch::Tensor;

/// Where all of a row lies on the sentinel, nothing of it is left to divide: its picture's weights are then alike.
constexpr double kNothing = 1e-8;

torch::nn::LinearOptions unbiased(int64_t from, int64_t to) { return torch::nn::LinearOptions(from, to).bias(false); }

}  // namespace

ScoredAttentionImpl::ScoredAttentionImpl(const AttentionConfig& config, int64_t feature_size, Keys keys)
    : config_(config),
      key_size_(keys == Keys::kFeatures ? feature_size : config.size),
      context_size_(config.values == AttentionValues::kProjected ? config.size : feature_size) {
  if (keys == Keys::kProjected) key_projection_ = register_module("key_projection", torch::nn::Linear(unbiased(feature_size, config.size)));
  if (config.values == AttentionValues::kProjected) {
    value_projection_ = register_module("value_projection", torch::nn::Linear(unbiased(feature_size, config.size)));
    output_projection_ = register_module("output_projection", torch::nn::Linear(config.size, config.size));
  }
  if (config.normaliser == AttentionNormaliser::kHard) baseline_ = register_buffer("baseline", torch::zeros({}));
}

Tensor ScoredAttentionImpl::by_heads(const Tensor& rows) const {
  return rows.unflatten(-1, {config_.heads, -1}).transpose(1, 2).contiguous();
}

bool ScoredAttentionImpl::is_plain() const {
  return config_.heads == 1 && config_.normaliser == AttentionNormaliser::kSoftmax && config_.values == AttentionValues::kFeatures;
}

Tensor ScoredAttentionImpl::keys_of(const Tensor& regions) {
  return by_heads(key_projection_.is_empty() ? regions : key_projection_(regions).to(regions.scalar_type()));
}

Tensor ScoredAttentionImpl::values_of(const Tensor& regions) {
  return by_heads(value_projection_.is_empty() ? regions : value_projection_(regions).to(regions.scalar_type()));
}

Memory ScoredAttentionImpl::prepare(const Tensor& features) {
  return {.values = values_of(features), .mean = features.mean(1), .keys = keys_of(features)};
}

Attended ScoredAttentionImpl::attend(const Tensor& query, const Memory& memory) {
  return sum(scores_of(query.to(memory.values.scalar_type()), memory.keys), memory.values, {});
}

Attended ScoredAttentionImpl::attend_beside(const Tensor& any_query, const Memory& memory, const Tensor& any_sentinel) {
  const auto query = any_query.to(memory.values.scalar_type()), sentinel = any_sentinel.to(memory.values.scalar_type());
  const auto pictures = query.size(0), sequences = query.size(1);
  // Each sequence scores its own sentinel alone: as a picture of one region, looked at by one sequence.
  const auto keys = keys_of(sentinel.flatten(0, 1).unsqueeze(1));                                            // [B·K, N, 1, a]
  const auto own = scores_of(query.flatten(0, 1).unsqueeze(1), keys).reshape({pictures, sequences, -1, 1});  // [B, K, N, 1]
  const auto scores = torch::cat({scores_of(query, memory.keys), own.transpose(1, 2)}, -1);                  // [B, N, K, L + 1]
  return sum(scores, memory.values, values_of(sentinel));
}

Attended ScoredAttentionImpl::sum(const Tensor& scores, const Tensor& values, const Tensor& own) {
  const auto regions = values.size(2);
  const auto shares = normalise(scores, config_, is_training());
  auto sums = shares.taken.narrow(-1, 0, regions).flatten(0, 1).bmm(values.flatten(0, 1)).unflatten(0, {-1, config_.heads});
  Attended attended;
  auto weights = shares.weights;
  if (own.defined()) {
    sums = sums + shares.taken.narrow(-1, regions, 1) * own;
    const auto seen = weights.narrow(-1, 0, regions);  // [B, N, K, L]
    const auto gates = seen.sum(-1);                   // [B, N, K]
    attended.gate = gates.mean(1);                     // [B, K]
    weights = (seen + kNothing / static_cast<double>(regions)) / (gates.unsqueeze(-1) + kNothing);
  }
  attended.context = sums.transpose(1, 2).flatten(2);  // [B, K, N · d]
  if (!output_projection_.is_empty()) attended.context = output_projection_(attended.context);
  attended.weights = weights.mean(1);
  attended.scores = scores.narrow(-1, 0, regions).transpose(1, 2);
  if (config_.heads > 1) attended.heads = weights.transpose(1, 2);
  if (shares.log_probability.defined()) {
    attended.log_probability = shares.log_probability.sum(1);
    attended.entropy = shares.entropy.sum(1);
  }
  return attended;
}

}  // namespace saccade
