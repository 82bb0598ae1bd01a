#include <stdexcept>

#include "models/decoders/lstm_decoder.h"
#include "models/decoders/stacked_lstm_decoder.h"
#include "models/decoders/transformer_decoder.h"
#include "models/decoders/up_down_decoder.h"

namespace saccade {
namespace {

void require(bool good, const std::string& what) {
  if (!good) throw std::invalid_argument("decoder." + what);
}

void validate(const DecoderConfig& config) {
  require(config.embedding_size > 0, "embedding_size: must be positive");
  require(config.hidden_size > 0, "hidden_size: must be positive");
  require(config.layers > 0, "layers: must be positive");
  require(config.heads > 0, "heads: must be positive");
  require(config.feed_forward_size > 0, "feed_forward_size: must be positive");
  require(config.kind != DecoderKind::kTransformer || config.hidden_size % config.heads == 0,
          "heads: is " + std::to_string(config.heads) + "; it must divide hidden_size, " + std::to_string(config.hidden_size));
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
  if (config.kind == DecoderKind::kTransformer) {
    const AttentionConfig untouched;
    const bool asks_for_another = config.attention.score != untouched.score || config.attention.normaliser != untouched.normaliser ||
                                  config.attention.values != untouched.values || config.attention.heads != untouched.heads;
    require(!asks_for_another, "attention: a transformer looks by scaled products of its own heads (decoder.heads); leave it out");
  }
  if (config.kind == DecoderKind::kLstm) return;
  const auto gate = config.gate;
  require(gate == ContextGate::kNone || gate == ContextGate::kScalar || gate == ContextGate::kVector,
          "gate: of kind lstm alone; none, scalar and vector go with the others");
  require(!looks_after, "look: after_step is of kind lstm alone");
  require(gives_context, "attention.score: start is of kind lstm alone");
}

}  // namespace

std::shared_ptr<DecoderModule> make_decoder(const DecoderConfig& config, int64_t feature_size, int64_t vocabulary_size,
                                            const std::vector<RegionBox>& boxes) {
  validate(config);
  const auto refiner = make_refiner(config.refiner, feature_size, boxes);
  switch (config.kind) {
    case DecoderKind::kLstm:
      return std::make_shared<LstmDecoderImpl>(config, feature_size, vocabulary_size, refiner);
    case DecoderKind::kStackedLstm:
      return std::make_shared<StackedLstmDecoderImpl>(config, feature_size, vocabulary_size, refiner);
    case DecoderKind::kUpDown:
      return std::make_shared<UpDownDecoderImpl>(config, feature_size, vocabulary_size, refiner);
    case DecoderKind::kTransformer:
      return std::make_shared<TransformerDecoderImpl>(config, feature_size, vocabulary_size, refiner);
  }
  throw std::invalid_argument("decoder.kind: unknown kind");
}

}  // namespace saccade
