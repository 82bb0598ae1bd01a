/// Attention over the regions of a picture, in three stages: score, normalise, sum.
/// In: a picture's Memory, prepared once, and one query a sequence. Out: context and weights.
/// Adding a kind: CONTRIBUTING.md, "Adding things".
#pragma once

#include <torch/torch.h>

#include <vector>

#include "models/attention/attention_config.h"

namespace saccade {

/// What a decoder attends to. One a picture, shared by its K sequences and never repeated.
struct Memory {
  torch::Tensor values;  ///< [B, L, D] region features, or what the kind made of them to sum; [B, N, L, ...] where regions are scored
  torch::Tensor mean;    ///< [B, D] of the regions
  torch::Tensor keys;    ///< [B, N, L, ...] what the kind scores; undefined where it scores nothing
  torch::Tensor given;   ///< [B, ...] what a decoder of its own takes from the picture at every word; undefined without
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
  torch::Tensor scores;   ///< [B, K, N, L] what was normalised to the weights; undefined where nothing is scored, or a kernel kept none
  /// Of a kind that samples where it looks, in training: log of the probability of what was drawn, and entropy in nats of what it was drawn
  /// from, both [B, K]. Undefined elsewhere.
  torch::Tensor log_probability, entropy;
  torch::Tensor gate;  ///< [B, K] share of the context that is the picture's; undefined without a sentinel
};

class AttentionModule : public torch::nn::Module {
 public:
  /// Length of the query it takes: a linear map of the decoder's state, which the decoder computes together with its other products.
  /// 0: it asks nothing.
  virtual int64_t query_size() const = 0;
  /// Length of the context it gives: D, unless the kind projects the values. 0: it gives none.
  virtual int64_t context_size() const = 0;
  /// features [B, L, D] → what `attend` needs of a picture.
  virtual Memory prepare(const torch::Tensor& features) = 0;
  /// query [B, K, query_size] → one look at the picture for each sequence.
  virtual Attended attend(const torch::Tensor& query, const Memory& memory) = 0;
  /// The same where each sequence has one region more, of its own: sentinel [B, K, D], what it can look at in the picture's place. It is
  /// scored, normalised and summed with the others; `weights` are over the picture's regions alone, and `gate` is how much they had.
  virtual Attended attend_beside(const torch::Tensor& query, const Memory& memory, const torch::Tensor& sentinel);
  /// Of a kind that samples: the moving mean of what a caption cost, [] float, which caption_loss.h keeps. Undefined elsewhere.
  virtual torch::Tensor baseline() const { return {}; }
};

/// The kind that `config` names. `feature_size` is D. Throws std::invalid_argument, naming the key, for what cannot be.
std::shared_ptr<AttentionModule> make_attention(const AttentionConfig& config, int64_t feature_size);

}  // namespace saccade
