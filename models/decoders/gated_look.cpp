#include "models/decoders/gated_look.h"

#include "models/attention/over_picture.h"

namespace saccade {

int64_t gate_size(ContextGate gate, int64_t context_size) {
  switch (gate) {
    case ContextGate::kNone:
    case ContextGate::kSentinel:
      return 0;
    case ContextGate::kScalar:
      return std::min<int64_t>(context_size, 1);
    case ContextGate::kVector:
      return context_size;
    case ContextGate::kAttentionOnAttention:
      return 2 * context_size;
  }
  return 0;
}

GatedLook look_through_gate(AttentionModule& attention, const torch::Tensor& query_and_gate, const Memory& memory) {
  const auto query_size = attention.query_size(), gates = query_and_gate.size(-1) - query_size;
  GatedLook look{.query = query_and_gate.narrow(-1, 0, query_size)};
  look.attended = attention.attend(look.query, memory);
  look.context = look.attended.context;
  if (gates > 0) {
    look.gate = query_and_gate.narrow(-1, query_size, gates).sigmoid();
    look.context = look.gate * look.context;
  }
  return look;
}

DecoderStep as_step(DecoderState state, const torch::Tensor& logits, const GatedLook& look, const Memory& memory) {
  return {.state = std::move(state),
          .logits = logits,
          .weights = over_picture(look.attended.weights, memory),
          .heads = over_picture(look.attended.heads, memory),
          .gate = look.gate.defined() ? look.gate.mean(-1) : torch::Tensor(),
          .looks = {{.query = look.query, .scores = look.attended.scores, .context = look.context}}};
}

void Looks::add(const GatedLook& look) {
  contexts_.push_back(look.context);
  weights_.push_back(look.attended.weights);
  if (look.attended.log_probability.defined()) log_probabilities_.push_back(look.attended.log_probability);
  if (look.attended.entropy.defined()) entropies_.push_back(look.attended.entropy);
}

torch::Tensor Looks::contexts() const { return torch::stack(contexts_, 2); }

DecoderOutput Looks::as_output(const torch::Tensor& logits, const Memory& memory, const AttentionModule& attention) const {
  const auto over_words = [](const std::vector<torch::Tensor>& steps) { return steps.empty() ? torch::Tensor() : torch::stack(steps, 2); };
  return {.logits = logits,
          .weights = over_picture(over_words(weights_), memory),
          .log_probability = over_words(log_probabilities_),
          .entropy = over_words(entropies_),
          .baseline = attention.baseline(),
          .penalty = memory.penalty};
}

}  // namespace saccade
