#pragma once

#include "models/decoders/decoder.h"
#include "models/decoders/first_state.h"
#include "models/decoders/gated_look.h"
#include "models/decoders/word_logits.h"
#include "models/refiners/refiner.h"

namespace saccade {

/// Up-Down, Anderson et al. 2018, 3.2: one LSTM to look with, one to speak with. The first takes in the word, the mean of the regions and
/// what the second last knew (eq. 2), and asks where to look with its new state, so the word just written already counts (eq. 3-5); the
/// second takes in what was seen and the first (eq. 6), and writes the next word. The paper's own form is of additive attention with
/// `gate` none, `initial_state` zero and `output` plain; the switches mean what they mean for the LSTM decoder.
/// State: hidden and cell, each [B, K, 2, H]: of the looking LSTM, then of the speaking one.
class UpDownDecoderImpl : public DecoderModule {
 public:
  UpDownDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size, std::shared_ptr<RefinerModule> refiner);

  Memory prepare(const torch::Tensor& features) override;
  DecoderState start(const Memory& memory, int64_t sequences) override;
  DecoderStep step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) override;
  DecoderOutput forward(const torch::Tensor& features, const torch::Tensor& tokens) override;

 private:
  struct Products;
  struct Advance;
  /// given_gates [B, K, 4H]: what the word and the mean of the regions add to the looking LSTM's gates.
  Advance advance(const Products& products, const torch::Tensor& given_gates, const DecoderState& state, const Memory& memory);

  DecoderConfig config_;
  int64_t encoder_size_;
  std::shared_ptr<RefinerModule> refiner_;  // null: none
  std::shared_ptr<AttentionModule> attention_;
  torch::nn::Embedding embedding_{nullptr};
  FirstState first_state_{nullptr};
  torch::nn::Linear word_gates_{nullptr}, mean_gates_{nullptr};  // E, D → 4H of the looking LSTM
  torch::nn::Linear looking_{nullptr};                           // [h of both] → 4H
  torch::nn::Linear asking_{nullptr};    // h of the looking LSTM → [attention's query | β | 4H of the speaking one]
  torch::nn::Linear speaking_{nullptr};  // [context | h] → 4H
  WordLogits logits_{nullptr};
};

}  // namespace saccade
