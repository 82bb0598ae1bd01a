#include <stdexcept>

#include "models/decoders/lstm_decoder.h"

namespace saccade {
namespace {

void require(bool good, const std::string& what) {
  if (!good) throw std::invalid_argument("decoder." + what);
}

void validate(const DecoderConfig& config) {
  require(config.embedding_size > 0, "embedding_size: must be positive");
  require(config.hidden_size > 0, "hidden_size: must be positive");
  for (const auto& [name, dropout] : {std::pair{"dropout", config.dropout},
                                      {"embedding_dropout", config.embedding_dropout},
                                      {"feature_dropout", config.feature_dropout}}) {
    require(dropout >= 0 && dropout < 1, std::string(name) + ": must be at least 0 and below 1");
  }
  const auto score = config.attention.score;
  const bool scores = score != AttentionScore::kNone && score != AttentionScore::kStart, gives_context = score != AttentionScore::kStart;
  require(gives_context || config.initial_state != InitialState::kZero,
          "initial_state: is zero, where attention.score start shows the picture in the initial state alone; set mean_feature");
  require(gives_context || config.gate != ContextGate::kAttentionOnAttention,
          "gate: attention_on_attention needs a context; attention.score start gives none");
  require(scores || config.gate != ContextGate::kSentinel, "gate: a sentinel needs an attention.score to be scored by");
  const bool looks_after = config.look == LookOrder::kAfterStep;
  require(looks_after || config.gate != ContextGate::kSentinel, "gate: a sentinel is taken from the new state; set look to after_step");
  require(looks_after || !config.input_feeding, "input_feeding: without after_step, the context enters the LSTM already");
}

}  // namespace

std::shared_ptr<DecoderModule> make_decoder(const DecoderConfig& config, int64_t feature_size, int64_t vocabulary_size) {
  validate(config);
  return std::make_shared<LstmDecoderImpl>(config, feature_size, vocabulary_size);
}

}  // namespace saccade
