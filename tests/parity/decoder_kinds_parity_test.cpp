// The stacked LSTM, Up-Down and the Transformer against plain PyTorch (stacked_lstm.py, up_down.py, transformer.py).
#include "tests/parity/decoder_parity.h"

namespace saccade {
namespace {

constexpr int64_t kFeatureSize = 13, kVocabulary = 17, kRegions = 7;  // as in captions.py

struct Case {
  std::string name;
  DecoderConfig config;
};

DecoderConfig recurrent(DecoderKind kind, ContextGate gate, InitialState initial, OutputLayer output) {
  DecoderConfig config{
      .kind = kind, .embedding_size = 8, .hidden_size = 10, .gate = gate, .initial_state = initial, .output = output, .dropout = 0};
  config.attention.size = 9;
  return config;
}

DecoderConfig stacked(int64_t layers, ContextGate gate, InitialState initial, OutputLayer output) {
  auto config = recurrent(DecoderKind::kStackedLstm, gate, initial, output);
  config.layers = layers;
  return config;
}

DecoderConfig up_down(AttentionScore score, ContextGate gate, InitialState initial, OutputLayer output) {
  auto config = recurrent(DecoderKind::kUpDown, gate, initial, output);
  config.attention.score = score;
  return config;
}

DecoderConfig transformer(int64_t layers, const RefinerConfig& refiner = {}) {
  return {.kind = DecoderKind::kTransformer,
          .hidden_size = 10,
          .layers = layers,
          .heads = 2,
          .feed_forward_size = 11,
          .refiner = refiner,
          .dropout = 0};
}

std::vector<Case> all_cases() {
  using enum ContextGate;
  using enum InitialState;
  using enum OutputLayer;
  return {
      {"stacked_lstm/1_vector_mean_feature_deep", stacked(1, kVector, kMeanFeature, kDeep)},
      {"stacked_lstm/2_none_zero_plain", stacked(2, ContextGate::kNone, kZero, kPlain)},
      {"stacked_lstm/3_scalar_mean_feature_plain", stacked(3, kScalar, kMeanFeature, kPlain)},
      {"stacked_lstm/8_vector_zero_deep", stacked(8, kVector, kZero, kDeep)},
      {"up_down/additive_none_zero_plain", up_down(AttentionScore::kAdditive, ContextGate::kNone, kZero, kPlain)},
      {"up_down/additive_vector_mean_feature_deep", up_down(AttentionScore::kAdditive, kVector, kMeanFeature, kDeep)},
      {"up_down/none_scalar_mean_feature_plain", up_down(AttentionScore::kNone, kScalar, kMeanFeature, kPlain)},
      {"transformer/1", transformer(1)},
      {"transformer/3", transformer(3)},
      {"transformer/2_structured", transformer(2, {.kind = RefinerKind::kStructured, .hidden_size = 5, .hops = 4})},
      {"transformer/2_self_attention",
       transformer(2, {.kind = RefinerKind::kSelfAttention, .hidden_size = 5, .blocks = 2, .heads = 1, .dropout = 0})},
  };
}

class DecoderKindParity : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Kinds, DecoderKindParity, testing::ValuesIn(all_cases()), [](const auto& info) {
  auto name = info.param.name;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
});

TEST_P(DecoderKindParity, HasPyTorchsOutputsGradientsAndLossCurve) {
  SACCADE_NEEDS_REFERENCE(GetParam().name);
  std::vector<RegionBox> boxes;
  for (int i = 0; i < kRegions; ++i) {
    boxes.push_back({.left = i / static_cast<double>(kRegions), .right = (i + 1) / static_cast<double>(kRegions)});
  }
  expect_parity(*make_decoder(GetParam().config, kFeatureSize, kVocabulary, boxes), GetParam().name);
}

}  // namespace
}  // namespace saccade
