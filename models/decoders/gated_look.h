#pragma once

#include "models/decoders/decoder.h"

namespace saccade {

/// One look at the picture as an LSTM takes it in.
struct GatedLook {
  Attended attended;
  torch::Tensor query;    ///< [B, K, query_size]
  torch::Tensor context;  ///< [B, K, C] times β
  torch::Tensor gate;     ///< [B, K, 1 or C] β; undefined without
};

/// Numbers that the state gives the gate, for a context of `context_size`: those of β, or what attention on attention adds.
int64_t gate_size(ContextGate gate, int64_t context_size);

/// query_and_gate [B, K, query_size + gate_size]: the query, and β before its sigmoid.
GatedLook look_through_gate(AttentionModule& attention, const torch::Tensor& query_and_gate, const Memory& memory);

/// One word further, as a decoder that looks once a word says it.
DecoderStep as_step(DecoderState state, const torch::Tensor& logits, const GatedLook& look, const Memory& memory);

/// All looks of known captions.
class Looks {
 public:
  void add(const GatedLook& look);
  torch::Tensor contexts() const;  ///< [B, K, T, C] gated
  DecoderOutput as_output(const torch::Tensor& logits, const Memory& memory, const AttentionModule& attention) const;

 private:
  std::vector<torch::Tensor> contexts_, weights_, log_probabilities_, entropies_;
};

}  // namespace saccade
