#pragma once

#include "models/decoders/decoder.h"
#include "models/refiners/refiner.h"

namespace saccade {

/// Show, Attend and Tell (Xu et al. 2015, 3.1.2), with its switches: an LSTM that looks at the picture before each word, or, as Luong et
/// al. 2015, after it has taken the last one in.
/// State: hidden and cell, each [B, K, H]; with input feeding also the combined state [B, K, H] that wrote the last word.
class LstmDecoderImpl : public DecoderModule {
 public:
  LstmDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size, std::shared_ptr<RefinerModule> refiner);

  Memory prepare(const torch::Tensor& features) override;
  DecoderState start(const Memory& memory, int64_t sequences) override;
  DecoderStep step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) override;
  DecoderOutput forward(const torch::Tensor& features, const torch::Tensor& tokens) override;

 private:
  struct Layers;
  struct Cell;
  struct Look;
  Layers layers_for_a_step() const;
  Layers layers_for_known_captions() const;

  /// gates [B, K, 4H or 5H], all that is added up for them, and the previous cell [B, K, H].
  Cell take_in(const torch::Tensor& gates, const torch::Tensor& cell) const;
  /// query [B, K, query_size] and gate [B, K, gate_size] as the state asks them; sentinel [B, K, H], undefined without.
  Look look(const Layers& layers, const torch::Tensor& query, const torch::Tensor& gate, const torch::Tensor& sentinel,
            const Memory& memory);
  /// The look of a state that has taken its word in.
  Look look_after(const Layers& layers, const Cell& cell, const Memory& memory);
  Cell take_in_first(const Layers& layers, const torch::Tensor& word_gates, const DecoderState& state);
  /// One step of the recurrence: word_gates [B, K, 4H or 5H] is what the word adds to the LSTM's gates.
  Look advance(const Layers& layers, const torch::Tensor& word_gates, const DecoderState& state, const Memory& memory);
  Look advance_looking_first(const Layers& layers, const torch::Tensor& word_gates, const DecoderState& state, const Memory& memory);
  /// All steps: word_gates [B, K, T, 4H or 5H] → a Look whose tensors are [B, K, T, ...] and whose state is undefined.
  Look advance_through(const torch::Tensor& word_gates, DecoderState state, const Memory& memory);
  /// written [..., H], context [..., C], words [..., E] → logits [..., V].
  torch::Tensor write(const torch::Tensor& written, const torch::Tensor& context, const torch::Tensor& words);

  DecoderConfig config_;
  int64_t encoder_size_, gate_size_;
  std::shared_ptr<RefinerModule> refiner_;  // null: none
  std::shared_ptr<AttentionModule> attention_;
  torch::nn::Embedding embedding_{nullptr};
  torch::nn::Linear initial_hidden_{nullptr}, initial_cell_{nullptr};
  // All that depends on h, in one product: [attention's query | gate | LSTM gates i f g o], or, where the new state looks, the gates i f g
  // o and the sentinel's alone.
  torch::nn::Linear recurrent_{nullptr};
  torch::nn::Linear word_gates_{nullptr};                  // E → 4H or 5H
  torch::nn::Linear context_gates_{nullptr};               // C, the context's size → 4H
  torch::nn::Linear feeding_gates_{nullptr};               // H → 4H or 5H
  torch::nn::Linear ask_{nullptr}, combine_{nullptr};      // H → [query | gate]; C + H → H
  torch::nn::Linear sentinel_{nullptr}, inform_{nullptr};  // H → D; C → 2C
  torch::nn::Linear output_hidden_{nullptr}, output_context_{nullptr}, output_{nullptr};
};

}  // namespace saccade
