#pragma once

#include "models/decoders/decoder.h"
#include "models/decoders/first_state.h"
#include "models/decoders/gated_look.h"
#include "models/decoders/word_logits.h"
#include "models/refiners/refiner.h"

namespace saccade {

/// Layers of LSTM with residual connections; Wu et al. 2016 (GNMT), 3 and eq. 6. The state of the lowest layer asks where to look,
/// and what is seen is told to every layer. From the second layer on a layer adds to its input, x_j = h_j + x_{j-1}, so that a gradient
/// reaches the lowest of eight undiminished. The switches mean what they mean for the LSTM decoder; one layer is that decoder. State:
/// hidden and cell, each [B, K, layers, H].
class StackedLstmDecoderImpl : public DecoderModule {
 public:
  StackedLstmDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size,
                         std::shared_ptr<RefinerModule> refiner);

  Memory prepare(const torch::Tensor& features) override;
  DecoderState start(const Memory& memory, int64_t sequences) override;
  DecoderStep step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) override;
  DecoderOutput forward(const torch::Tensor& features, const torch::Tensor& tokens) override;

 private:
  struct Products;
  struct Advance;
  Advance advance(const Products& products, const torch::Tensor& word_gates, const DecoderState& state, const Memory& memory);

  DecoderConfig config_;
  int64_t encoder_size_;
  std::shared_ptr<RefinerModule> refiner_;  // null: none
  std::shared_ptr<AttentionModule> attention_;
  torch::nn::Embedding embedding_{nullptr};
  FirstState first_state_{nullptr};
  torch::nn::Linear recurrent_{nullptr};      // of the lowest layer's h: [attention's query | β | LSTM gates]
  torch::nn::Linear word_gates_{nullptr};     // E → 4H of the lowest layer
  torch::nn::Linear context_gates_{nullptr};  // C, the context's size → 4H of every layer
  std::vector<torch::nn::Linear> layers_;     // those above the lowest: [x of the layer below | h] → 4H
  WordLogits logits_{nullptr};
};

}  // namespace saccade
