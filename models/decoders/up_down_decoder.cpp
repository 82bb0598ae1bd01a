#include "models/decoders/up_down_decoder.h"

#include "models/decoders/lstm_cell.h"
#include "models/decoders/picture_memory.h"
#include "models/decoders/recurrent_linear.h"

namespace saccade {

/// The layers that run inside the recurrence: as they are for a single step, as RecurrentLinear for known captions.
struct UpDownDecoderImpl::Products {
  std::function<torch::Tensor(const torch::Tensor&)> looking, asking, speaking;
};

struct UpDownDecoderImpl::Advance {
  DecoderState state;
  torch::Tensor hidden;  // [B, K, H] of the speaking LSTM
  GatedLook look;
};

UpDownDecoderImpl::UpDownDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size,
                                     std::shared_ptr<RefinerModule> refiner)
    : config_(config), encoder_size_(encoder_size), refiner_(std::move(refiner)) {
  const auto feature_size = refiner_ ? refiner_->feature_size() : encoder_size;
  if (refiner_) register_module("refiner", refiner_);
  const auto word = config.embedding_size, hidden = config.hidden_size;
  attention_ = make_attention(config.attention, feature_size);
  register_module("attention", attention_);
  const auto context = attention_->context_size(), beside = attention_->query_size() + gate_size(config.gate, context);
  const auto without_bias = [](int64_t from, int64_t to) { return torch::nn::Linear(torch::nn::LinearOptions(from, to).bias(false)); };
  embedding_ = register_module("embedding", torch::nn::Embedding(vocabulary_size, word));
  torch::nn::init::normal_(embedding_->weight, 0, 0.1);  // as the LSTM decoder's
  first_state_ = register_module("first_state", FirstState(config, feature_size, 2));
  word_gates_ = register_module("word_gates", without_bias(word, 4 * hidden));
  mean_gates_ = register_module("mean_gates", without_bias(feature_size, 4 * hidden));
  looking_ = register_module("looking", torch::nn::Linear(2 * hidden, 4 * hidden));
  asking_ = register_module("asking", torch::nn::Linear(hidden, beside + 4 * hidden));
  speaking_ = register_module("speaking", without_bias(context + hidden, 4 * hidden));
  logits_ = register_module("logits", WordLogits(config, context, vocabulary_size));
}

Memory UpDownDecoderImpl::prepare(const torch::Tensor& features) {
  TORCH_CHECK(features.dim() == 3 && features.size(2) == encoder_size_, "features are ", features.sizes(), ", not [B, L, ", encoder_size_,
              "]");
  auto memory = remember(*attention_, refine(refiner_.get(), features), is_training() ? config_.feature_dropout : 0);
  memory.given = mean_gates_(memory.mean);  // [B, 4H]
  return memory;
}

DecoderState UpDownDecoderImpl::start(const Memory& memory, int64_t sequences) { return first_state_(memory.mean, sequences); }

UpDownDecoderImpl::Advance UpDownDecoderImpl::advance(const Products& products, const torch::Tensor& given_gates, const DecoderState& state,
                                                      const Memory& memory) {
  const auto gates = 4 * config_.hidden_size;
  const auto hidden = state.tensors[0].unbind(2), cells = state.tensors[1].unbind(2);  // looking, speaking: [B, K, H]
  const auto looking = lstm_cell(products.looking(state.tensors[0].flatten(2)) + given_gates, cells[0]);
  const auto asked = products.asking(looking.hidden);
  const auto beside = asked.size(-1) - gates;
  const auto look = look_through_gate(*attention_, asked.narrow(-1, 0, beside), memory);
  const auto speaking_gates = asked.narrow(-1, beside, gates) + products.speaking(torch::cat({look.context, hidden[1]}, -1));
  const auto speaking = lstm_cell(speaking_gates, cells[1]);
  return {.state = {{torch::stack({looking.hidden, speaking.hidden}, 2), torch::stack({looking.cell, speaking.cell}, 2)}},
          .hidden = speaking.hidden,
          .look = look};
}

DecoderStep UpDownDecoderImpl::step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) {
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());
  const auto given_gates = word_gates_(words) + memory.given.unsqueeze(1);  // [B, K, 4H]
  const auto next = advance({looking_, asking_, speaking_}, given_gates, state, memory);
  return as_step(next.state, logits_(next.hidden, next.look.context, words), next.look, memory);
}

DecoderOutput UpDownDecoderImpl::forward(const torch::Tensor& features, const torch::Tensor& tokens) {
  TORCH_CHECK(tokens.dim() == 3 && tokens.size(0) == features.size(0), "tokens are ", tokens.sizes(), ", not [", features.size(0),
              ", K, T]");
  const auto memory = prepare(features);
  auto state = start(memory, tokens.size(1));
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());  // [B, K, T, E]
  const auto given_gates = word_gates_(words) + memory.given.unsqueeze(1).unsqueeze(1);             // [B, K, T, 4H]
  const Products products{RecurrentLinear(looking_), RecurrentLinear(asking_), RecurrentLinear(speaking_)};
  std::vector<torch::Tensor> hidden;
  Looks looks;
  for (const auto& gates : given_gates.unbind(2)) {
    const c10::impl::ExcludeDispatchKeyGuard in_float(c10::autocast_dispatch_keyset);  // but for what RecurrentLinear multiplies
    const auto next = advance(products, gates, state, memory);
    state = next.state;
    hidden.push_back(next.hidden);
    looks.add(next.look);
  }
  return looks.as_output(logits_(torch::stack(hidden, 2), looks.contexts(), words), memory, *attention_);
}

}  // namespace saccade
