#include "models/decoders/lstm_decoder.h"

#include "models/attention/over_picture.h"
#include "models/decoders/gated_look.h"
#include "models/decoders/picture_memory.h"
#include "models/decoders/recurrent_linear.h"

namespace saccade {
namespace {

using Product = std::function<torch::Tensor(const torch::Tensor&)>;

torch::nn::LinearOptions without_bias(int64_t from, int64_t to) { return torch::nn::LinearOptions(from, to).bias(false); }

/// [B, K, ...] of each step → [B, K, T, ...]; undefined where they are.
torch::Tensor stacked(const std::vector<torch::Tensor>& steps) {
  return steps.front().defined() ? torch::stack(steps, 2) : torch::Tensor();
}

/// [B, K · T, ...] → [B, K, T, ...], likewise.
torch::Tensor unfolded(const torch::Tensor& tensor, int64_t sequences) {
  return tensor.defined() ? tensor.unflatten(1, {sequences, -1}) : tensor;
}

}  // namespace

/// The layers that must run inside the recurrence: as they are for a single step, as RecurrentLinear for known captions.
struct LstmDecoderImpl::Layers {
  Product recurrent, context_gates, feeding_gates, ask, combine, sentinel, inform;
};

struct LstmDecoderImpl::Cell {
  torch::Tensor hidden, cell;  // [B, K, H]
  torch::Tensor sentinel;      // [B, K, H]; undefined without
};

struct LstmDecoderImpl::Look {
  DecoderState state;
  torch::Tensor written;                   // [B, K, H] what writes the word
  torch::Tensor query;                     // [B, K, query_size]
  torch::Tensor scores;                    // [B, K, N, L]
  torch::Tensor context;                   // [B, K, C] gated
  torch::Tensor weights, heads;            // [B, K, L], [B, K, N, L]
  torch::Tensor gate;                      // [B, K, 1 or C]
  torch::Tensor log_probability, entropy;  // [B, K]
};

LstmDecoderImpl::LstmDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size,
                                 std::shared_ptr<RefinerModule> refiner)
    : config_(config), encoder_size_(encoder_size), refiner_(std::move(refiner)) {
  const auto feature_size = refiner_ ? refiner_->feature_size() : encoder_size;
  if (refiner_) register_module("refiner", refiner_);
  const auto word = config.embedding_size, hidden = config.hidden_size;
  attention_ = make_attention(config.attention, feature_size);
  register_module("attention", attention_);
  const auto context = attention_->context_size();
  gate_size_ = gate_size(config.gate, context);
  embedding_ = register_module("embedding", torch::nn::Embedding(vocabulary_size, word));
  torch::nn::init::normal_(embedding_->weight, 0, 0.1);  // N(0, 1), PyTorch's own, would drown the context in the gates
  if (config.initial_state == InitialState::kMeanFeature) {
    initial_hidden_ = register_module("initial_hidden", torch::nn::Linear(feature_size, hidden));
    initial_cell_ = register_module("initial_cell", torch::nn::Linear(feature_size, hidden));
  }
  const auto asked = attention_->query_size() + gate_size_;
  const auto gates = (config.gate == ContextGate::kSentinel ? 5 : 4) * hidden;
  const bool looks_first = config.look == LookOrder::kBeforeStep;
  recurrent_ = register_module("recurrent", torch::nn::Linear(hidden, looks_first ? asked + gates : gates));
  word_gates_ = register_module("word_gates", torch::nn::Linear(without_bias(word, gates)));
  if (looks_first) {
    if (context > 0) context_gates_ = register_module("context_gates", torch::nn::Linear(without_bias(context, gates)));
  } else {
    if (config.input_feeding) feeding_gates_ = register_module("feeding_gates", torch::nn::Linear(without_bias(hidden, gates)));
    if (asked > 0) ask_ = register_module("ask", torch::nn::Linear(hidden, asked));
    combine_ = register_module("combine", torch::nn::Linear(context + hidden, hidden));
  }
  if (config.gate == ContextGate::kSentinel) sentinel_ = register_module("sentinel", torch::nn::Linear(hidden, feature_size));
  if (config.gate == ContextGate::kAttentionOnAttention)
    inform_ = register_module("inform", torch::nn::Linear(without_bias(context, 2 * context)));
  if (config.output == OutputLayer::kDeep) {
    output_hidden_ = register_module("output_hidden", torch::nn::Linear(hidden, word));
    if (context > 0) output_context_ = register_module("output_context", torch::nn::Linear(without_bias(context, word)));
  }
  output_ = register_module("output", torch::nn::Linear(config.output == OutputLayer::kDeep ? word : hidden, vocabulary_size));
}

LstmDecoderImpl::Layers LstmDecoderImpl::layers_for_a_step() const {
  return {recurrent_, context_gates_, feeding_gates_, ask_, combine_, sentinel_, inform_};
}

LstmDecoderImpl::Layers LstmDecoderImpl::layers_for_known_captions() const {
  const auto in_recurrence = [](const torch::nn::Linear& linear) {
    return linear.is_empty() ? Product() : Product(RecurrentLinear(linear));
  };
  return {in_recurrence(recurrent_), in_recurrence(context_gates_), in_recurrence(feeding_gates_), in_recurrence(ask_),
          in_recurrence(combine_),   in_recurrence(sentinel_),      in_recurrence(inform_)};
}

Memory LstmDecoderImpl::prepare(const torch::Tensor& features) {
  TORCH_CHECK(features.dim() == 3 && features.size(2) == encoder_size_, "features are ", features.sizes(), ", not [B, L, ", encoder_size_,
              "]");
  return remember(*attention_, refine(refiner_.get(), features), is_training() ? config_.feature_dropout : 0);
}

DecoderState LstmDecoderImpl::start(const Memory& memory, int64_t sequences) {
  const auto for_each_sequence = [&](const torch::Tensor& state) { return state.unsqueeze(1).expand({-1, sequences, -1}).contiguous(); };
  const auto zero = [&] { return torch::zeros({memory.mean.size(0), sequences, config_.hidden_size}, memory.mean.options()); };
  DecoderState state;
  if (config_.initial_state == InitialState::kZero) {
    state.tensors = {zero(), zero()};
  } else {
    const auto from_mean = [&](torch::nn::Linear& linear) {  // what is carried from word to word is never of autocast's type
      return for_each_sequence(linear(memory.mean).to(memory.mean.scalar_type()).tanh());
    };
    state.tensors = {from_mean(initial_hidden_), from_mean(initial_cell_)};
  }
  if (config_.input_feeding) state.tensors.push_back(zero());
  return state;
}

LstmDecoderImpl::Cell LstmDecoderImpl::take_in(const torch::Tensor& gates, const torch::Tensor& cell) const {
  const auto parts = gates.split(config_.hidden_size, -1);  // i f g o, and the sentinel's
  const auto next = parts[1].sigmoid() * cell + parts[0].sigmoid() * parts[2].tanh();
  const auto known = next.tanh();
  return {parts[3].sigmoid() * known, next, parts.size() > 4 ? parts[4].sigmoid() * known : torch::Tensor()};
}

LstmDecoderImpl::Look LstmDecoderImpl::look(const Layers& layers, const torch::Tensor& query, const torch::Tensor& gate,
                                            const torch::Tensor& sentinel, const Memory& memory) {
  const auto attended =
      sentinel.defined() ? attention_->attend_beside(query, memory, layers.sentinel(sentinel)) : attention_->attend(query, memory);
  Look look{.query = query,
            .scores = attended.scores,
            .context = attended.context,
            .weights = attended.weights,
            .heads = attended.heads,
            .log_probability = attended.log_probability,
            .entropy = attended.entropy};
  if (attended.gate.defined()) look.gate = attended.gate.unsqueeze(-1);
  if (gate_size_ == 0) return look;
  if (config_.gate == ContextGate::kAttentionOnAttention) {
    const auto parts = (gate + layers.inform(attended.context)).chunk(2, -1);
    look.gate = parts[1].sigmoid();
    look.context = look.gate * parts[0];
  } else {
    look.gate = gate.sigmoid();
    look.context = look.gate * attended.context;
  }
  return look;
}

LstmDecoderImpl::Look LstmDecoderImpl::look_after(const Layers& layers, const Cell& cell, const Memory& memory) {
  const auto asked = ask_.is_empty() ? cell.hidden.narrow(-1, 0, 0) : layers.ask(cell.hidden);
  const auto parts = asked.split_with_sizes({attention_->query_size(), gate_size_}, -1);
  auto look = this->look(layers, parts[0], parts[1], cell.sentinel, memory);
  look.written = layers.combine(torch::cat({look.context.to(cell.hidden.scalar_type()), cell.hidden}, -1)).tanh();
  return look;
}

LstmDecoderImpl::Look LstmDecoderImpl::advance_looking_first(const Layers& layers, const torch::Tensor& word_gates,
                                                             const DecoderState& state, const Memory& memory) {
  const auto parts =
      layers.recurrent(state.tensors[0]).split_with_sizes({attention_->query_size(), gate_size_, 4 * config_.hidden_size}, -1);
  auto look = this->look(layers, parts[0], parts[1], {}, memory);
  auto gates = parts[2] + word_gates;
  if (!context_gates_.is_empty()) gates = gates + layers.context_gates(look.context);
  const auto cell = take_in(gates, state.tensors[1]);
  look.state = {{cell.hidden, cell.cell}};
  look.written = cell.hidden;
  return look;
}

LstmDecoderImpl::Cell LstmDecoderImpl::take_in_first(const Layers& layers, const torch::Tensor& word_gates, const DecoderState& state) {
  auto gates = layers.recurrent(state.tensors[0]) + word_gates;
  if (config_.input_feeding) gates = gates + layers.feeding_gates(state.tensors[2]);
  return take_in(gates, state.tensors[1]);
}

LstmDecoderImpl::Look LstmDecoderImpl::advance(const Layers& layers, const torch::Tensor& word_gates, const DecoderState& state,
                                               const Memory& memory) {
  if (config_.look == LookOrder::kBeforeStep) return advance_looking_first(layers, word_gates, state, memory);
  const auto cell = take_in_first(layers, word_gates, state);
  auto look = look_after(layers, cell, memory);
  look.state = {{cell.hidden, cell.cell}};
  if (config_.input_feeding) look.state.tensors.push_back(look.written);
  return look;
}

LstmDecoderImpl::Look LstmDecoderImpl::advance_through(const torch::Tensor& word_gates, DecoderState state, const Memory& memory) {
  const auto layers = layers_for_known_captions();
  const c10::impl::ExcludeDispatchKeyGuard in_float(c10::autocast_dispatch_keyset);  // but for what RecurrentLinear multiplies
  const auto words = word_gates.unbind(2);
  if (config_.look == LookOrder::kAfterStep && !config_.input_feeding) {  // no look changes the states: all look at once
    std::vector<torch::Tensor> hidden, sentinels;
    for (const auto& word : words) {
      const auto cell = take_in_first(layers, word, state);
      state = {{cell.hidden, cell.cell}};
      hidden.push_back(cell.hidden);
      sentinels.push_back(cell.sentinel);
    }
    const auto sentinel = stacked(sentinels);
    const Cell cells{stacked(hidden).flatten(1, 2), {}, sentinel.defined() ? sentinel.flatten(1, 2) : sentinel};  // [B, K · T, H]
    auto look = look_after(layers, cells, memory);
    for (auto* part : {&look.written, &look.context, &look.weights, &look.log_probability, &look.entropy}) {
      *part = unfolded(*part, word_gates.size(1));
    }
    return look;
  }
  std::vector<torch::Tensor> written, contexts, weights, log_probabilities, entropies;
  for (const auto& word : words) {
    const auto look = advance(layers, word, state, memory);
    state = look.state;
    written.push_back(look.written);
    contexts.push_back(look.context);
    weights.push_back(look.weights);
    log_probabilities.push_back(look.log_probability);
    entropies.push_back(look.entropy);
  }
  return {.written = stacked(written),
          .context = stacked(contexts),
          .weights = stacked(weights),
          .log_probability = stacked(log_probabilities),
          .entropy = stacked(entropies)};
}

torch::Tensor LstmDecoderImpl::write(const torch::Tensor& written, const torch::Tensor& context, const torch::Tensor& words) {
  const auto dropped = torch::dropout(written, config_.dropout, is_training());
  if (config_.output == OutputLayer::kPlain) return output_(dropped);
  auto deep = output_hidden_(dropped);
  if (!output_context_.is_empty()) deep = deep + output_context_(context);
  return output_(torch::dropout((deep + words).tanh(), config_.dropout, is_training()));
}

DecoderStep LstmDecoderImpl::step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) {
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());
  const auto look = advance(layers_for_a_step(), word_gates_(words), state, memory);
  return {.state = look.state,
          .logits = write(look.written, look.context, words),
          .weights = over_picture(look.weights, memory),
          .heads = over_picture(look.heads, memory),
          .gate = look.gate.defined() ? look.gate.mean(-1) : torch::Tensor(),
          .looks = {{.query = look.query, .scores = look.scores, .context = look.context}}};
}

DecoderOutput LstmDecoderImpl::forward(const torch::Tensor& features, const torch::Tensor& tokens) {
  TORCH_CHECK(tokens.dim() == 3 && tokens.size(0) == features.size(0), "tokens are ", tokens.sizes(), ", not [", features.size(0),
              ", K, T]");
  const auto memory = prepare(features);
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());  // [B, K, T, E]
  const auto look = advance_through(word_gates_(words), start(memory, tokens.size(1)), memory);
  return {.logits = write(look.written, look.context, words),
          .weights = over_picture(look.weights, memory),
          .log_probability = look.log_probability,
          .entropy = look.entropy,
          .baseline = attention_->baseline(),
          .penalty = memory.penalty};
}

}  // namespace saccade
