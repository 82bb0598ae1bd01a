#pragma once

#include "models/attention/attention_config.h"
#include "models/refiners/refiner_config.h"

namespace saccade {

/// How much of the context enters the LSTM: all of it, or times a gate β = sigmoid(W h) (Xu et al. 2015, 4.2.1).
enum class ContextGate { kNone, kScalar, kVector };
NLOHMANN_JSON_SERIALIZE_ENUM(ContextGate,
                             {{ContextGate::kNone, "none"}, {ContextGate::kScalar, "scalar"}, {ContextGate::kVector, "vector"}})

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

struct DecoderConfig {
  int64_t embedding_size = 512;  ///< E
  int64_t hidden_size = 512;     ///< H
  RefinerConfig refiner;
  AttentionConfig attention;
  ContextGate gate = ContextGate::kVector;
  InitialState initial_state = InitialState::kMeanFeature;
  OutputLayer output = OutputLayer::kDeep;
  double dropout = 0.5;            ///< on the hidden state before the output layer, and on the deep output
  double embedding_dropout = 0.0;  ///< on the words' embeddings
  double feature_dropout = 0.0;    ///< on the (refined) region features, one mask a picture
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DecoderConfig, embedding_size, hidden_size, refiner, attention, gate, initial_state, output,
                                                dropout, embedding_dropout, feature_dropout)

}  // namespace saccade
