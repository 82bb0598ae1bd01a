/// What training minimises.
#pragma once

#include "models/decoders/decoder.h"

namespace saccade {

struct LossConfig {
  double label_smoothing = 0.1;    ///< share of the target's probability that is spread over the vocabulary
  double doubly_stochastic = 0.0;  ///< λ of λ · mean over pictures, captions and regions of (1 - Σ_t weights)² (Xu et al. 2015, eq. 14)
  // Of attention that draws a region, and of no meaning elsewhere:
  double sampling = 1.0;   ///< λ of λ · mean over words of (cost - baseline) · log p(drawn), cost: nats a word of the whole caption
  double entropy = 0.002;  ///< λ of -λ · mean over words of the entropy of what was drawn from
  double baseline_decay = 0.9;  ///< what the moving mean of the costs keeps at a step
  double hop_penalty = 0.1;     ///< share of a structured refiner's penalty, which keeps its hops apart; Lin et al. 2017 use 0.3 and 1
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LossConfig, label_smoothing, doubly_stochastic, sampling, entropy, baseline_decay,
                                                hop_penalty)

struct CaptionLoss {
  torch::Tensor total;          ///< scalar, to be minimised
  torch::Tensor cross_entropy;  ///< scalar, detached: nats a word without smoothing
  torch::Tensor cost;           ///< scalar, detached: mean over the captions of their nats a word; undefined without sampled attention
};

/// tokens [B, K, T+1] long: kStartToken, the words, kEndToken, then kPadToken; a sequence that is all padding counts nothing.
/// output: of `decoder.forward(features, tokens[..., :T])`. The mean runs over the words of the batch.
/// Sampled attention learns by REINFORCE (Xu et al. 2015, eq. 11): what was drawn becomes likelier where its caption cost less than
/// captions of late, which `output.baseline` remembers.
CaptionLoss caption_loss(const DecoderOutput& output, const torch::Tensor& tokens, const LossConfig& config);

/// After a step of training: the baseline follows what the captions cost. Nothing where no attention samples.
void move_baseline(const DecoderOutput& output, const CaptionLoss& loss, const LossConfig& config);

}  // namespace saccade
