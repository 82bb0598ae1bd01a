#include "models/decoders/transformer_decoder.h"

#include <cmath>

#include "models/attention/dot_product_heads.h"
#include "models/attention/over_picture.h"
#include "models/decoders/picture_memory.h"

namespace saccade {
namespace {

/// Positions from `first` on, [count, size]; Vaswani et al. 2017, 3.5.
torch::Tensor positions(int64_t first, int64_t count, int64_t size, const torch::TensorOptions& options) {
  const auto frequencies = torch::arange(0, size, 2, options).mul(-std::log(10000.0) / static_cast<double>(size)).exp();
  const auto angles = torch::arange(first, first + count, options).unsqueeze(1) * frequencies;  // [count, size / 2]
  return torch::stack({angles.sin(), angles.cos()}, 2).flatten(1).narrow(1, 0, size);
}

class TransformerLayer : public torch::nn::Module {
 public:
  explicit TransformerLayer(const DecoderConfig& config) : heads_(config.heads), dropout_(config.dropout) {
    const auto size = config.hidden_size;
    const torch::nn::LayerNormOptions norm({size});
    word_norm_ = register_module("word_norm", torch::nn::LayerNorm(norm));
    query_key_value_ = register_module("query_key_value", torch::nn::Linear(size, 3 * size));
    word_output_ = register_module("word_output", torch::nn::Linear(size, size));
    region_norm_ = register_module("region_norm", torch::nn::LayerNorm(norm));
    region_query_ = register_module("region_query", torch::nn::Linear(size, size));
    region_output_ = register_module("region_output", torch::nn::Linear(size, size));
    forward_norm_ = register_module("forward_norm", torch::nn::LayerNorm(norm));
    widen_ = register_module("widen", torch::nn::Linear(size, config.feed_forward_size));
    narrow_ = register_module("narrow", torch::nn::Linear(config.feed_forward_size, size));
  }

  /// words [B, K, T, H], past [B, K, t, 2H] → what the words add to them, and past becomes [B, K, t + T, 2H].
  torch::Tensor look_at_words(const torch::Tensor& words, torch::Tensor& past) {
    const auto size = words.size(-1), pictures = words.size(0), sequences = words.size(1);
    const auto parts = query_key_value_(word_norm_(words)).split_with_sizes({size, 2 * size}, -1);
    past = past.size(2) == 0 ? parts[1] : torch::cat({past, parts[1]}, 2);
    const auto of_heads = [&](const torch::Tensor& rows) { return split_heads(rows.flatten(0, 1), heads_); };  // [B·K, N, T, H / N]
    const auto seen = at::scaled_dot_product_attention(of_heads(parts[0]), of_heads(past.narrow(-1, 0, size)),
                                                       of_heads(past.narrow(-1, size, size)), {}, 0.0, /*is_causal=*/words.size(2) > 1);
    return dropped(word_output_(seen.transpose(1, 2).flatten(2).view({pictures, sequences, -1, size})));
  }

  struct Look {
    torch::Tensor added;           // [B, K, T, H]
    torch::Tensor weights;         // [B, K, T, N, L]
    torch::Tensor query, context;  // [B, K, T, H] of the heads side by side
    torch::Tensor scores;          // [B, K, T, N, L]
  };

  /// words [B, K, T, H], keys and values [B, N, L, H / N] → what the regions add to them.
  Look look_at_regions(const torch::Tensor& words, const torch::Tensor& keys, const torch::Tensor& values) {
    const auto sequences = words.size(1), length = words.size(2);
    const auto query = region_query_(region_norm_(words));
    const auto look = look_with_heads(split_heads(query.flatten(1, 2), heads_), keys, values);  // of queries [B, N, K·T, H / N]
    const auto by_word = [&](const torch::Tensor& rows) { return rows.unflatten(1, {sequences, length}); };
    return {.added = by_word(dropped(region_output_(look.context))),
            .weights = by_word(look.weights.transpose(1, 2)),
            .query = query,
            .context = by_word(look.context),
            .scores = by_word(look.scores.transpose(1, 2))};
  }

  torch::Tensor think(const torch::Tensor& words) { return dropped(narrow_(widen_(forward_norm_(words)).relu())); }

 private:
  torch::Tensor dropped(const torch::Tensor& added) const { return torch::dropout(added, dropout_, is_training()); }

  int64_t heads_;
  double dropout_;
  torch::nn::LayerNorm word_norm_{nullptr}, region_norm_{nullptr}, forward_norm_{nullptr};
  torch::nn::Linear query_key_value_{nullptr}, word_output_{nullptr}, region_query_{nullptr}, region_output_{nullptr}, widen_{nullptr},
      narrow_{nullptr};
};

}  // namespace

struct TransformerDecoderImpl::Advance {
  DecoderState state;
  torch::Tensor logits;          // [B, K, T, V]
  torch::Tensor heads;           // [B, K, T, layers · heads, L]
  std::vector<LookTrace> looks;  // one a layer, of a single word
};

TransformerDecoderImpl::TransformerDecoderImpl(const DecoderConfig& config, int64_t encoder_size, int64_t vocabulary_size,
                                               std::shared_ptr<RefinerModule> refiner)
    : config_(config), encoder_size_(encoder_size), refiner_(std::move(refiner)) {
  const auto feature_size = refiner_ ? refiner_->feature_size() : encoder_size;
  if (refiner_) register_module("refiner", refiner_);
  const auto size = config.hidden_size;
  embedding_ = register_module("embedding", torch::nn::Embedding(vocabulary_size, size));
  torch::nn::init::normal_(embedding_->weight, 0, 1 / std::sqrt(static_cast<double>(size)));  // of length 1, and √H as they are used
  region_keys_values_ = register_module("region_keys_values", torch::nn::Linear(feature_size, config.layers * 2 * size));
  layers_ = register_module("layers", torch::nn::ModuleList());
  for (int64_t j = 0; j < config.layers; ++j) layers_->push_back(std::make_shared<TransformerLayer>(config));
  norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({size})));
  output_ = register_module("output", torch::nn::Linear(size, vocabulary_size));
}

Memory TransformerDecoderImpl::prepare(const torch::Tensor& features) {
  TORCH_CHECK(features.dim() == 3 && features.size(2) == encoder_size_, "features are ", features.sizes(), ", not [B, L, ", encoder_size_,
              "]");
  const auto refined = refine(refiner_.get(), features);
  const auto regions = torch::dropout(refined.features, config_.feature_dropout, is_training());
  const auto keys = split_heads(region_keys_values_(regions), 2 * config_.layers * config_.heads).contiguous();
  return with_origin({.values = regions, .mean = regions.mean(1), .keys = keys}, refined);
}

DecoderState TransformerDecoderImpl::start(const Memory& memory, int64_t sequences) {
  const auto none = torch::empty({memory.values.size(0), sequences, 0, 2 * config_.hidden_size}, memory.values.options());
  return {std::vector<torch::Tensor>(static_cast<std::size_t>(config_.layers), none)};
}

TransformerDecoderImpl::Advance TransformerDecoderImpl::advance(const torch::Tensor& tokens, const DecoderState& state,
                                                                const Memory& memory) {
  const auto size = config_.hidden_size, past = state.tensors.front().size(2);
  const auto regions = memory.keys.chunk(2 * config_.layers, 1);  // of each layer keys, values: [B, N, L, H / N]
  const auto embedded = embedding_(tokens) * std::sqrt(static_cast<double>(size));
  auto words =
      torch::dropout(embedded + positions(past, tokens.size(2), size, embedded.options()), config_.embedding_dropout, is_training());
  Advance next{.state = state};
  std::vector<torch::Tensor> heads;
  for (std::size_t j = 0; j < layers_->size(); ++j) {
    auto& layer = *layers_[j]->as<TransformerLayer>();
    words = words + layer.look_at_words(words, next.state.tensors[j]);
    const auto look = layer.look_at_regions(words, regions[2 * j], regions[2 * j + 1]);
    words = words + look.added;
    words = words + layer.think(words);
    heads.push_back(look.weights);
    if (tokens.size(2) == 1) {  // of known captions they would only take memory
      next.looks.push_back({.query = look.query.squeeze(2), .scores = look.scores.squeeze(2), .context = look.context.squeeze(2)});
    }
  }
  next.logits = output_(norm_(words));
  next.heads = torch::cat(heads, 3);
  return next;
}

DecoderStep TransformerDecoderImpl::step(const torch::Tensor& tokens, const DecoderState& state, const Memory& memory) {
  const auto next = advance(tokens.unsqueeze(2), state, memory);
  const auto heads = over_picture(next.heads.squeeze(2), memory);  // [B, K, N, R]
  return {.state = next.state,
          .logits = next.logits.squeeze(2),
          .weights = heads.mean(2),
          .heads = heads.size(2) > 1 ? heads : torch::Tensor(),
          .looks = next.looks};
}

DecoderOutput TransformerDecoderImpl::forward(const torch::Tensor& features, const torch::Tensor& tokens) {
  TORCH_CHECK(tokens.dim() == 3 && tokens.size(0) == features.size(0), "tokens are ", tokens.sizes(), ", not [", features.size(0),
              ", K, T]");
  const auto memory = prepare(features);
  const auto all = advance(tokens, start(memory, tokens.size(1)), memory);
  return {.logits = all.logits, .weights = over_picture(all.heads.mean(3), memory), .penalty = memory.penalty};
}

}  // namespace saccade
