/// What training minimises.
#pragma once

#include "models/decoders/decoder.h"

namespace saccade {

struct LossConfig {
  double label_smoothing = 0.1;    ///< share of the target's probability that is spread over the vocabulary
  double doubly_stochastic = 0.0;  ///< λ of λ · mean over pictures, captions and regions of (1 - Σ_t weights)² (Xu et al. 2015, eq. 14)
  double hop_penalty = 0.1;        ///< share of a structured refiner's penalty, which keeps its hops apart; Lin et al. 2017 use 0.3 and 1
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LossConfig, label_smoothing, doubly_stochastic, hop_penalty)

struct CaptionLoss {
  torch::Tensor total;          ///< scalar, to be minimised
  torch::Tensor cross_entropy;  ///< scalar, detached: nats a word without smoothing
};

/// tokens [B, K, T+1] long: kStartToken, the words, kEndToken, then kPadToken; a sequence that is all padding counts nothing.
/// output: of `decoder.forward(features, tokens[..., :T])`. The mean runs over the words of the batch.
CaptionLoss caption_loss(const DecoderOutput& output, const torch::Tensor& tokens, const LossConfig& config);

}  // namespace saccade
