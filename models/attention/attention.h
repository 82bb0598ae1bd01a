/// Attention over the regions of a picture, in three stages: score, normalise, sum.
/// In: a picture's Memory, prepared once, and one query a sequence. Out: context and weights.
/// Adding a kind: a source in this folder that implements AttentionModule, an enumerator in attention_config.h, and its line in
/// make_attention.cpp.
#pragma once

#include <torch/torch.h>

#include <vector>

#include "models/attention/attention_config.h"

namespace saccade {

/// What a decoder attends to. One a picture, shared by its K sequences and never repeated.
struct Memory {
  torch::Tensor values;  ///< [B, L, D] region features
  torch::Tensor mean;    ///< [B, D] of the regions
  torch::Tensor keys;    ///< [B, L, A] their projections for scoring; undefined where a kind needs none
  torch::Tensor origin;  ///< [B, L, R] where a refiner mixed regions: the share of each of the picture's R regions in each of the L that
                         ///< are attended to, rows sum to 1; undefined where region l is region l
  // The rest a refiner says for the loss and for those who look on (Refined, which tells their shapes); undefined or empty without one.
  torch::Tensor saliency, penalty;
  std::vector<torch::Tensor> maps;
};

struct Attended {
  torch::Tensor context;  ///< [B, K, context_size] sum of the values by weight
  torch::Tensor weights;  ///< [B, K, L] each row sums to 1; heads averaged
  torch::Tensor heads;    ///< [B, K, N, L] of each head; undefined where there is one
  /// Of a kind that samples where it looks, in training: log of the probability of what was drawn, and entropy in nats of what it was drawn
  /// from, both [B, K]. Undefined elsewhere.
  torch::Tensor log_probability, entropy;
};

class AttentionModule : public torch::nn::Module {
 public:
  /// Length of the query it takes: a linear map of the decoder's state, which the decoder computes together with its other products.
  /// 0: it asks nothing.
  virtual int64_t query_size() const = 0;
  /// Length of the context it gives: D, unless the kind projects the values.
  virtual int64_t context_size() const = 0;
  /// features [B, L, D] → what `attend` needs of a picture.
  virtual Memory prepare(const torch::Tensor& features) = 0;
  /// query [B, K, query_size] → one look at the picture for each sequence.
  virtual Attended attend(const torch::Tensor& query, const Memory& memory) = 0;
};

/// The kind that `config.score` names. `feature_size` is D. Throws std::invalid_argument for sizes that are not positive.
std::shared_ptr<AttentionModule> make_attention(const AttentionConfig& config, int64_t feature_size);

}  // namespace saccade
