#pragma once

#include "models/decoders/decoder.h"
#include "models/refiners/refiner.h"

namespace saccade {

/// Show, Attend and Tell (Xu et al. 2015, 3.1.2), with its switches: an LSTM that looks at the picture before each word.
/// State: hidden and cell, each [B, K, H].
class LstmDecoderImpl : public DecoderModule {
 public:
  LstmDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size, std::shared_ptr<RefinerModule> refiner);

  Memory prepare(const torch::Tensor& features) override;
  DecoderState start(const Memory& memory, int64_t sequences) override;
  DecoderStep step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) override;
  DecoderOutput forward(const torch::Tensor& features, const torch::Tensor& tokens) override;

 private:
  struct Look;
  struct Products;
  /// One step of the recurrence: word_gates [B, K, 4H] is what the word adds to the LSTM's gates.
  Look advance(const Products& products, const torch::Tensor& word_gates, const DecoderState& state, const Memory& memory);
  /// D below is of the regions that attention sees: the refiner's, or the encoder's where there is none.
  /// hidden [..., H], context [..., D], words [..., E] → logits [..., V].
  torch::Tensor write(const torch::Tensor& hidden, const torch::Tensor& context, const torch::Tensor& words);

  DecoderConfig config_;
  int64_t encoder_size_, gate_size_;
  std::shared_ptr<RefinerModule> refiner_;  // null: none
  std::shared_ptr<AttentionModule> attention_;
  torch::nn::Embedding embedding_{nullptr};
  torch::nn::Linear initial_hidden_{nullptr}, initial_cell_{nullptr};
  torch::nn::Linear recurrent_{nullptr};      // all that depends on h, in one product: [attention's query | β | LSTM gates i f g o]
  torch::nn::Linear word_gates_{nullptr};     // E → 4H
  torch::nn::Linear context_gates_{nullptr};  // D → 4H
  torch::nn::Linear output_hidden_{nullptr}, output_context_{nullptr}, output_{nullptr};
};
TORCH_MODULE(LstmDecoder);

}  // namespace saccade
