#include "models/decoders/lstm_decoder.h"

#include "models/decoders/picture_memory.h"
#include "models/decoders/recurrent_linear.h"

namespace saccade {
namespace {

torch::nn::LinearOptions without_bias(int64_t from, int64_t to) { return torch::nn::LinearOptions(from, to).bias(false); }

}  // namespace

/// The two layers that must run inside the recurrence: as they are for a single step, as RecurrentLinear for known captions.
struct LstmDecoderImpl::Products {
  std::function<torch::Tensor(const torch::Tensor&)> recurrent, context_gates;
};

struct LstmDecoderImpl::Look {
  DecoderState state;
  torch::Tensor context;  // [B, K, D] gated
  torch::Tensor weights;  // [B, K, L]
  torch::Tensor gate;     // [B, K, 1 or D]
};

LstmDecoderImpl::LstmDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size,
                                 std::shared_ptr<RefinerModule> refiner)
    : config_(config), encoder_size_(encoder_size), refiner_(std::move(refiner)) {
  const auto feature_size = refiner_ ? refiner_->feature_size() : encoder_size;
  gate_size_ = config.gate == ContextGate::kNone ? 0 : config.gate == ContextGate::kScalar ? 1 : feature_size;
  if (refiner_) register_module("refiner", refiner_);
  const auto word = config.embedding_size, hidden = config.hidden_size;
  attention_ = make_attention(config.attention, feature_size);
  register_module("attention", attention_);
  embedding_ = register_module("embedding", torch::nn::Embedding(vocabulary_size, word));
  torch::nn::init::normal_(embedding_->weight, 0, 0.1);  // N(0, 1), PyTorch's own, would drown the context in the gates
  if (config.initial_state == InitialState::kMeanFeature) {
    initial_hidden_ = register_module("initial_hidden", torch::nn::Linear(feature_size, hidden));
    initial_cell_ = register_module("initial_cell", torch::nn::Linear(feature_size, hidden));
  }
  recurrent_ = register_module("recurrent", torch::nn::Linear(hidden, attention_->query_size() + gate_size_ + 4 * hidden));
  word_gates_ = register_module("word_gates", torch::nn::Linear(without_bias(word, 4 * hidden)));
  context_gates_ = register_module("context_gates", torch::nn::Linear(without_bias(feature_size, 4 * hidden)));
  if (config.output == OutputLayer::kDeep) {
    output_hidden_ = register_module("output_hidden", torch::nn::Linear(hidden, word));
    output_context_ = register_module("output_context", torch::nn::Linear(without_bias(feature_size, word)));
  }
  output_ = register_module("output", torch::nn::Linear(config.output == OutputLayer::kDeep ? word : hidden, vocabulary_size));
}

Memory LstmDecoderImpl::prepare(const torch::Tensor& features) {
  TORCH_CHECK(features.dim() == 3 && features.size(2) == encoder_size_, "features are ", features.sizes(), ", not [B, L, ", encoder_size_,
              "]");
  return remember(*attention_, refine(refiner_.get(), features), is_training() ? config_.feature_dropout : 0);
}

DecoderState LstmDecoderImpl::start(const Memory& memory, int64_t sequences) {
  const auto for_each_sequence = [&](const torch::Tensor& state) { return state.unsqueeze(1).expand({-1, sequences, -1}).contiguous(); };
  if (config_.initial_state == InitialState::kZero) {
    const auto zero = torch::zeros({memory.mean.size(0), sequences, config_.hidden_size}, memory.mean.options());
    return {{zero, zero}};
  }
  return {{for_each_sequence(initial_hidden_(memory.mean).tanh()), for_each_sequence(initial_cell_(memory.mean).tanh())}};
}

LstmDecoderImpl::Look LstmDecoderImpl::advance(const Products& products, const torch::Tensor& word_gates, const DecoderState& state,
                                               const Memory& memory) {
  const auto& hidden = state.tensors[0];
  const auto parts = products.recurrent(hidden).split_with_sizes({attention_->query_size(), gate_size_, 4 * config_.hidden_size}, -1);
  const auto attended = attention_->attend(parts[0], memory);
  auto context = attended.context;
  torch::Tensor gate;
  if (gate_size_ > 0) {
    gate = parts[1].sigmoid();
    context = gate * context;
  }
  const auto gates = (parts[2] + word_gates + products.context_gates(context)).chunk(4, -1);  // i f g o
  const auto cell = gates[1].sigmoid() * state.tensors[1] + gates[0].sigmoid() * gates[2].tanh();
  return {.state = {{gates[3].sigmoid() * cell.tanh(), cell}}, .context = context, .weights = attended.weights, .gate = gate};
}

torch::Tensor LstmDecoderImpl::write(const torch::Tensor& hidden, const torch::Tensor& context, const torch::Tensor& words) {
  const auto dropped = torch::dropout(hidden, config_.dropout, is_training());
  if (config_.output == OutputLayer::kPlain) return output_(dropped);
  const auto deep = (output_hidden_(dropped) + output_context_(context) + words).tanh();
  return output_(torch::dropout(deep, config_.dropout, is_training()));
}

DecoderStep LstmDecoderImpl::step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) {
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());
  const auto look = advance({recurrent_, context_gates_}, word_gates_(words), state, memory);
  return {.state = look.state,
          .logits = write(look.state.tensors[0], look.context, words),
          .weights = over_picture(look.weights, memory),
          .gate = look.gate.defined() ? look.gate.mean(-1) : torch::Tensor()};
}

DecoderOutput LstmDecoderImpl::forward(const torch::Tensor& features, const torch::Tensor& tokens) {
  TORCH_CHECK(tokens.dim() == 3 && tokens.size(0) == features.size(0), "tokens are ", tokens.sizes(), ", not [", features.size(0),
              ", K, T]");
  const auto memory = prepare(features);
  auto state = start(memory, tokens.size(1));
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());  // [B, K, T, E]
  const Products products{RecurrentLinear(recurrent_), RecurrentLinear(context_gates_)};
  std::vector<torch::Tensor> hidden, contexts, weights;
  for (const auto& word_gates : word_gates_(words).unbind(2)) {
    const c10::impl::ExcludeDispatchKeyGuard in_float(c10::autocast_dispatch_keyset);  // the large products know their type
    const auto look = advance(products, word_gates, state, memory);
    state = look.state;
    hidden.push_back(state.tensors[0]);
    contexts.push_back(look.context);
    weights.push_back(look.weights);
  }
  return {.logits = write(torch::stack(hidden, 2), torch::stack(contexts, 2), words),
          .weights = over_picture(torch::stack(weights, 2), memory),
          .penalty = memory.penalty};
}

}  // namespace saccade
