#pragma once

#include "models/attention/attention_config.h"
#include "models/refiners/refiner_config.h"

namespace saccade {

enum class DecoderKind {
  kLstm,         ///< Show, Attend and Tell: an LSTM that attends before or after each word
  kStackedLstm,  ///< several layers of it, with residual connections; one looks, all are told
  kUpDown,       ///< an LSTM to look with and one to speak with
  kTransformer,  ///< self-attention over the words so far, and heads that look at the picture in every layer
};
NLOHMANN_JSON_SERIALIZE_ENUM(DecoderKind, {{DecoderKind::kLstm, "lstm"},
                                           {DecoderKind::kStackedLstm, "stacked_lstm"},
                                           {DecoderKind::kUpDown, "up_down"},
                                           {DecoderKind::kTransformer, "transformer"}})

/// What becomes of the context before it is used. h: the state that asks.
enum class ContextGate {
  kNone,
  kScalar,                ///< all of it times a gate β = sigmoid(w · h) (Xu et al. 2015, 4.2.1)
  kVector,                ///< each of its features times its own
  kSentinel,              ///< a sentinel, what the LSTM knows already, is looked at beside the regions (Lu et al. 2017)
  kAttentionOnAttention,  ///< sigmoid(W_g [h; context]) ∘ W_i [h; context] in its place (Huang et al. 2019)
};
NLOHMANN_JSON_SERIALIZE_ENUM(ContextGate, {{ContextGate::kNone, "none"},
                                           {ContextGate::kScalar, "scalar"},
                                           {ContextGate::kVector, "vector"},
                                           {ContextGate::kSentinel, "sentinel"},
                                           {ContextGate::kAttentionOnAttention, "attention_on_attention"}})

/// When the decoder looks at the picture.
enum class LookOrder {
  kBeforeStep,  ///< the previous state asks, and the context enters the LSTM (Bahdanau et al. 2015)
  kAfterStep,   ///< the new state asks, and tanh(W_c [context; h]) writes the word (Luong et al. 2015)
};
NLOHMANN_JSON_SERIALIZE_ENUM(LookOrder, {{LookOrder::kBeforeStep, "before_step"}, {LookOrder::kAfterStep, "after_step"}})

enum class InitialState {
  kZero,
  kMeanFeature,  ///< h0 = tanh(W mean(features)), c0 likewise
};
NLOHMANN_JSON_SERIALIZE_ENUM(InitialState, {{InitialState::kZero, "zero"}, {InitialState::kMeanFeature, "mean_feature"}})

enum class OutputLayer {
  kPlain,  ///< logits = W h
  kDeep,   ///< logits = W tanh(W_h h + W_z context + E y) (Xu et al. 2015, eq. 7)
};
NLOHMANN_JSON_SERIALIZE_ENUM(OutputLayer, {{OutputLayer::kPlain, "plain"}, {OutputLayer::kDeep, "deep"}})

/// A Transformer has none of embedding_size (its words are of hidden_size), attention, gate, initial_state and output; only it has heads
/// and feed_forward_size. Its dropout is on what each part of a layer adds; 0.1 to 0.2 suits it better than the LSTM's 0.5.
struct DecoderConfig {
  DecoderKind kind = DecoderKind::kLstm;
  int64_t embedding_size = 512;      ///< E
  int64_t hidden_size = 512;         ///< H
  int64_t layers = 3;                ///< of stacked_lstm and transformer
  int64_t heads = 8;                 ///< of transformer, N a layer; a divisor of hidden_size
  int64_t feed_forward_size = 2048;  ///< of transformer
  RefinerConfig refiner;
  AttentionConfig attention;
  ContextGate gate = ContextGate::kVector;
  LookOrder look = LookOrder::kBeforeStep;
  bool input_feeding = false;  ///< after_step: what wrote the last word enters the LSTM with the word (Luong et al. 2015, 3.3)
  InitialState initial_state = InitialState::kMeanFeature;
  OutputLayer output = OutputLayer::kDeep;
  double dropout = 0.5;            ///< on the hidden state before the output layer, and on the deep output
  double embedding_dropout = 0.0;  ///< on the words' embeddings
  double feature_dropout = 0.0;    ///< on the (refined) region features, one mask a picture
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DecoderConfig, kind, embedding_size, hidden_size, layers, heads, feed_forward_size, refiner,
                                                attention, gate, look, input_feeding, initial_state, output, dropout, embedding_dropout,
                                                feature_dropout)

}  // namespace saccade
