/// A decoder writes a caption word by word. Search and training know of it only what stands here.
/// Adding one: CONTRIBUTING.md, "Adding things".
#pragma once

#include <torch/torch.h>

#include <vector>

#include "models/attention/attention.h"
#include "models/decoders/decoder_config.h"
#include "models/encoders/region_box.h"

namespace saccade {

/// What a decoder carries from word to word: tensors that all begin with [B, K].
struct DecoderState {
  std::vector<torch::Tensor> tensors;  ///< each [B, K, ...]

  /// The state in which sequence k of a picture continues its sequence `parents[b, k]`. parents [B, K'] long.
  DecoderState select(const torch::Tensor& parents) const;
};

/// What one look at the picture was made of, for those who look on: tensors that are there anyway, none computed for it.
struct LookTrace {
  torch::Tensor query;    ///< [B, K, Q] what was asked; of no numbers where nothing is
  torch::Tensor scores;   ///< [B, K, N, L] of Attended, over what was attended to; a sentinel's own is left out
  torch::Tensor context;  ///< [B, K, C] what was seen, as the decoder took it in; of no numbers where nothing was
};

/// One word further.
struct DecoderStep {
  DecoderState state;
  torch::Tensor logits;   ///< [B, K, V]
  torch::Tensor weights;  ///< [B, K, R] where in the picture this word looked: over its own regions, whatever a refiner made of them
  torch::Tensor heads;    ///< [B, K, N, R] the same of each head; undefined where there is one
  /// [B, K] how much the word let in: mean of β, or 1 - the sentinel's weight; undefined without. Of attention on attention: of what was
  /// made of context and state together.
  torch::Tensor gate;
  std::vector<LookTrace> looks;  ///< in their order: one, or one a layer of a Transformer
};

/// All words of known captions at once (teacher forcing).
struct DecoderOutput {
  torch::Tensor logits;                    ///< [B, K, T, V]
  torch::Tensor weights;                   ///< [B, K, T, R]
  torch::Tensor log_probability, entropy;  ///< [B, K, T] of sampled attention (Attended); undefined elsewhere
  torch::Tensor baseline;                  ///< [] of sampled attention (AttentionModule): shared with it, not a copy; undefined elsewhere
  torch::Tensor penalty;                   ///< scalar of the refiner (Refined); undefined without
};

class DecoderModule : public torch::nn::Module {
 public:
  /// features [B, L, D] → what every step needs of a picture, computed once.
  virtual Memory prepare(const torch::Tensor& features) = 0;
  /// The state before the first word, for K sequences a picture.
  virtual DecoderState start(const Memory& memory, int64_t sequences) = 0;
  /// tokens [B, K] long: the word just written (kStartToken first).
  virtual DecoderStep step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) = 0;
  /// tokens [B, K, T] long, beginning with kStartToken: position t of the output predicts token t + 1. Equal to repeated `step`.
  virtual DecoderOutput forward(const torch::Tensor& features, const torch::Tensor& tokens) = 0;
};

/// The decoder that `config.kind` names. `feature_size` is D, `vocabulary_size` V (the four special tokens included), `boxes` where the
/// encoder's regions lie, in its order, needed where `needs_boxes(config.refiner)`. Throws std::invalid_argument, naming the key, for sizes
/// and shares that cannot be.
std::shared_ptr<DecoderModule> make_decoder(const DecoderConfig& config, int64_t feature_size, int64_t vocabulary_size,
                                            const std::vector<RegionBox>& boxes = {});

}  // namespace saccade
