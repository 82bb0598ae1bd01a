#include "models/decoders/stacked_lstm_decoder.h"

#include "models/decoders/lstm_cell.h"
#include "models/decoders/picture_memory.h"
#include "models/decoders/recurrent_linear.h"

namespace saccade {

/// The layers that run inside the recurrence: as they are for a single step, as RecurrentLinear for known captions.
struct StackedLstmDecoderImpl::Products {
  using Product = std::function<torch::Tensor(const torch::Tensor&)>;
  Product recurrent, context_gates;
  std::vector<Product> layers;
};

struct StackedLstmDecoderImpl::Advance {
  DecoderState state;
  torch::Tensor top;  // [B, K, H] what the layers add up to
  GatedLook look;
};

StackedLstmDecoderImpl::StackedLstmDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size,
                                               std::shared_ptr<RefinerModule> refiner)
    : config_(config), encoder_size_(encoder_size), refiner_(std::move(refiner)) {
  const auto feature_size = refiner_ ? refiner_->feature_size() : encoder_size;
  if (refiner_) register_module("refiner", refiner_);
  const auto word = config.embedding_size, hidden = config.hidden_size;
  attention_ = make_attention(config.attention, feature_size);
  register_module("attention", attention_);
  const auto context = attention_->context_size(), beside = attention_->query_size() + gate_size(config.gate, context);
  embedding_ = register_module("embedding", torch::nn::Embedding(vocabulary_size, word));
  torch::nn::init::normal_(embedding_->weight, 0, 0.1);  // as the LSTM decoder's
  first_state_ = register_module("first_state", FirstState(config, feature_size, config.layers));
  recurrent_ = register_module("recurrent", torch::nn::Linear(hidden, beside + 4 * hidden));
  word_gates_ = register_module("word_gates", torch::nn::Linear(torch::nn::LinearOptions(word, 4 * hidden).bias(false)));
  context_gates_ =
      register_module("context_gates", torch::nn::Linear(torch::nn::LinearOptions(context, config.layers * 4 * hidden).bias(false)));
  auto layers = register_module("layers", torch::nn::ModuleList());
  for (int64_t j = 1; j < config.layers; ++j) layers->push_back(layers_.emplace_back(2 * hidden, 4 * hidden));
  logits_ = register_module("logits", WordLogits(config, context, vocabulary_size));
}

Memory StackedLstmDecoderImpl::prepare(const torch::Tensor& features) {
  TORCH_CHECK(features.dim() == 3 && features.size(2) == encoder_size_, "features are ", features.sizes(), ", not [B, L, ", encoder_size_,
              "]");
  return remember(*attention_, refine(refiner_.get(), features), is_training() ? config_.feature_dropout : 0);
}

DecoderState StackedLstmDecoderImpl::start(const Memory& memory, int64_t sequences) { return first_state_(memory.mean, sequences); }

StackedLstmDecoderImpl::Advance StackedLstmDecoderImpl::advance(const Products& products, const torch::Tensor& word_gates,
                                                                const DecoderState& state, const Memory& memory) {
  const auto gates = 4 * config_.hidden_size;
  const auto hidden = state.tensors[0].unbind(2), cells = state.tensors[1].unbind(2);  // of each layer [B, K, H]
  const auto recurrent = products.recurrent(hidden[0]);
  const auto beside = recurrent.size(-1) - gates;
  Advance next{.look = look_through_gate(*attention_, recurrent.narrow(-1, 0, beside), memory)};
  const auto seen = products.context_gates(next.look.context).split(gates, -1);  // of each layer [B, K, 4H]

  std::vector<torch::Tensor> next_hidden, next_cells;
  const auto keep = [&](const LstmCell& layer) {
    next_hidden.push_back(layer.hidden);
    next_cells.push_back(layer.cell);
  };
  keep(lstm_cell(recurrent.narrow(-1, beside, gates) + word_gates + seen[0], cells[0]));
  next.top = next_hidden.front();
  for (std::size_t j = 1; j < hidden.size(); ++j) {
    keep(lstm_cell(products.layers[j - 1](torch::cat({next.top, hidden[j]}, -1)) + seen[j], cells[j]));
    next.top = next.top + next_hidden.back();
  }
  next.state = {{torch::stack(next_hidden, 2), torch::stack(next_cells, 2)}};
  return next;
}

DecoderStep StackedLstmDecoderImpl::step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) {
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());
  const Products products{recurrent_, context_gates_, {layers_.begin(), layers_.end()}};
  const auto next = advance(products, word_gates_(words), state, memory);
  return as_step(next.state, logits_(next.top, next.look.context, words), next.look, memory);
}

DecoderOutput StackedLstmDecoderImpl::forward(const torch::Tensor& features, const torch::Tensor& tokens) {
  TORCH_CHECK(tokens.dim() == 3 && tokens.size(0) == features.size(0), "tokens are ", tokens.sizes(), ", not [", features.size(0),
              ", K, T]");
  const auto memory = prepare(features);
  auto state = start(memory, tokens.size(1));
  const auto words = torch::dropout(embedding_(tokens), config_.embedding_dropout, is_training());  // [B, K, T, E]
  Products products{RecurrentLinear(recurrent_), RecurrentLinear(context_gates_), {}};
  for (const auto& layer : layers_) products.layers.emplace_back(RecurrentLinear(layer));
  std::vector<torch::Tensor> tops;
  Looks looks;
  for (const auto& word_gates : word_gates_(words).unbind(2)) {
    const c10::impl::ExcludeDispatchKeyGuard in_float(c10::autocast_dispatch_keyset);  // but for what RecurrentLinear multiplies
    const auto next = advance(products, word_gates, state, memory);
    state = next.state;
    tops.push_back(next.top);
    looks.add(next.look);
  }
  return looks.as_output(logits_(torch::stack(tops, 2), looks.contexts(), words), memory, *attention_);
}

}  // namespace saccade
