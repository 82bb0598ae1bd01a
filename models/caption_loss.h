/// What training minimises.
#pragma once

#include "models/decoders/decoder.h"

namespace saccade {

struct LossConfig {
  double label_smoothing = 0.1;    ///< share of the target's probability that is spread over the vocabulary
  double doubly_stochastic = 0.0;  ///< λ of λ · mean over pictures, captions and regions of (1 - Σ_t weights)² (Xu et al. 2015, eq. 14)
  double grounding = 0.0;          ///< λ of grounding_loss(), for data with boxes
  // Of attention that draws a region, and of no meaning elsewhere:
  double sampling = 1.0;   ///< λ of λ · mean over words of (cost - baseline) · log p(drawn), cost: nats a word of the whole caption
  double entropy = 0.002;  ///< λ of -λ · mean over words of the entropy of what was drawn from
  double baseline_decay = 0.9;  ///< what the moving mean of the costs keeps at a step
  double hop_penalty = 0.1;     ///< share of a structured refiner's penalty, which keeps its hops apart; Lin et al. 2017 use 0.3 and 1
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LossConfig, label_smoothing, doubly_stochastic, grounding, sampling, entropy,
                                                baseline_decay, hop_penalty)

struct CaptionLoss {
  torch::Tensor total;          ///< scalar, to be minimised
  torch::Tensor cross_entropy;  ///< scalar, detached: nats a word without smoothing
  torch::Tensor cost;           ///< scalar, detached: mean over the captions of their nats a word; undefined without sampled attention
};

/// tokens [B, K, T+1] long: kStartToken, the words, kEndToken, then kPadToken; a sequence that is all padding counts nothing.
/// output: of `decoder.forward(features, tokens[..., :T])`. The mean runs over the words of the batch.
/// Sampled attention learns by REINFORCE (Xu et al. 2015, eq. 11): what was drawn becomes likelier where its caption cost less than
/// captions of late, which `output.baseline` remembers.
/// inside: that of grounding_loss(); undefined where `config.grounding` is 0.
CaptionLoss caption_loss(const DecoderOutput& output, const torch::Tensor& tokens, const LossConfig& config,
                         const torch::Tensor& inside = {});

/// Pulls the weights of a word into the boxes of what it names. weights [B, K, T, R] as in DecoderOutput; inside, of the same shape: how
/// much of each region lies in the boxes, 0 … 1, all 0 for a word that names nothing. Scalar: mean over the words that name something of
/// -log Σ_r weights · inside, the logarithm of what Liu et al. 2017 call attention correctness. Zhou et al. 2019 sum -log weights over the
/// regions of a box, which spreads the look over all of it; here it is free where in the box to look. Weights that are exactly 0, as
/// sparsemax gives them, are not pulled.
torch::Tensor grounding_loss(const torch::Tensor& weights, const torch::Tensor& inside);

/// After a step of training: the baseline follows what the captions cost. Nothing where no attention samples.
void move_baseline(const DecoderOutput& output, const CaptionLoss& loss, const LossConfig& config);

}  // namespace saccade
