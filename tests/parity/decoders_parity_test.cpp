// The LSTM decoder, every kind of attention and their loss against a plain loop in PyTorch: outputs, every gradient, and ten steps of
// training. Hard attention draws the same there: both take their noise from the generator in the same order.
#include "models/caption_loss.h"
#include "tests/parity/reference.h"

namespace saccade {
namespace {

constexpr int64_t kFeatureSize = 12, kVocabulary = 17;  // as in decoders.py
const LossConfig kLoss{.label_smoothing = 0.1, .doubly_stochastic = 0.7, .sampling = 0.8, .entropy = 0.05};
constexpr double kOutputTolerance = 1e-5;    // float32 sums in another order, and a tanh of our own
constexpr double kGradientTolerance = 1e-4;  // likewise, after five steps of recurrence

class DecoderParity : public testing::TestWithParam<DecoderConfig> {};

std::vector<DecoderConfig> all_switches() {
  std::vector<DecoderConfig> configs;
  for (const auto score : {AttentionScore::kAdditive, AttentionScore::kNone}) {
    for (const auto gate : {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector}) {
      for (const auto initial : {InitialState::kZero, InitialState::kMeanFeature}) {
        for (const auto output : {OutputLayer::kPlain, OutputLayer::kDeep}) {
          DecoderConfig config{
              .embedding_size = 8, .hidden_size = 10, .gate = gate, .initial_state = initial, .output = output, .dropout = 0};
          config.attention = {.score = score, .size = 9};
          configs.push_back(config);
        }
      }
    }
  }
  const auto add = [&](const auto& change) {
    DecoderConfig config{.embedding_size = 8, .hidden_size = 10, .dropout = 0};
    config.attention.size = 9;
    change(config);
    configs.push_back(config);
  };
  add([](auto& config) { config.refiner = {.kind = RefinerKind::kProjection, .size = kFeatureSize}; });
  for (const auto score :
       {AttentionScore::kAdditive, AttentionScore::kAdditiveRelu, AttentionScore::kAdditiveSeparate, AttentionScore::kConcat,
        AttentionScore::kCosine, AttentionScore::kDot, AttentionScore::kGeneral, AttentionScore::kMlp, AttentionScore::kScaledDot}) {
    if (score != AttentionScore::kAdditive) add([&](auto& config) { config.attention.score = score; });
    add([&](auto& config) {
      config.attention = {
          .score = score, .normaliser = AttentionNormaliser::kEntmax15, .values = AttentionValues::kProjected, .size = 9, .heads = 3};
    });
  }
  for (const auto normaliser : {AttentionNormaliser::kSparsemax, AttentionNormaliser::kEntmax15, AttentionNormaliser::kHard}) {
    add([&](auto& config) { config.attention.normaliser = normaliser; });
  }
  add([](auto& config) {
    config.attention = {.score = AttentionScore::kScaledDot, .normaliser = AttentionNormaliser::kHard, .size = 9, .heads = 3};
  });
  add([](auto& config) { config.attention.values = AttentionValues::kProjected; });
  add([](auto& config) { config.attention.heads = 3; });
  add([](auto& config) { config.attention.score = AttentionScore::kStart; });
  add([](auto& config) { config.gate = ContextGate::kAttentionOnAttention; });
  for (const bool feeding : {false, true}) {
    const auto add_after = [&](ContextGate gate, const auto& change) {
      add([&](auto& config) {
        config.look = LookOrder::kAfterStep;
        config.input_feeding = feeding;
        config.gate = gate;
        change(config);
      });
    };
    for (const auto gate : {ContextGate::kNone, ContextGate::kVector, ContextGate::kSentinel, ContextGate::kAttentionOnAttention}) {
      for (const auto output : {OutputLayer::kPlain, OutputLayer::kDeep}) add_after(gate, [&](auto& config) { config.output = output; });
    }
    for (const auto score : {AttentionScore::kNone, AttentionScore::kStart}) {
      add_after(ContextGate::kNone, [&](auto& config) { config.attention.score = score; });
    }
    add_after(ContextGate::kSentinel, [](auto& config) {
      config.attention = {.score = AttentionScore::kScaledDot,
                          .normaliser = AttentionNormaliser::kSparsemax,
                          .values = AttentionValues::kProjected,
                          .size = 9,
                          .heads = 3};
    });
  }
  return configs;
}

/// As decoders.py names its files: score, gate, initial state, output, and what else is not as in the defaults.
std::string name_of(const DecoderConfig& config) {
  const nlohmann::json json = config, attention = json["attention"];
  std::string name = attention["score"];
  for (const auto* key : {"gate", "initial_state", "output"}) name += "_" + json[key].get<std::string>();
  if (config.refiner.kind != RefinerKind::kNone) name += "_" + json["refiner"]["kind"].get<std::string>();
  if (config.attention.normaliser != AttentionNormaliser::kSoftmax) name += "_" + attention["normaliser"].get<std::string>();
  if (config.attention.values != AttentionValues::kFeatures) name += "_" + attention["values"].get<std::string>();
  if (config.attention.heads > 1) name += "_heads" + std::to_string(config.attention.heads);
  if (config.look != LookOrder::kBeforeStep) name += "_" + json["look"].get<std::string>();
  return name + (config.input_feeding ? "_feeding" : "");
}

INSTANTIATE_TEST_SUITE_P(Switches, DecoderParity, testing::ValuesIn(all_switches()), [](const auto& info) { return name_of(info.param); });

TEST_P(DecoderParity, HasPyTorchsOutputsGradientsAndLossCurve) {
  const auto name = "decoders/" + name_of(GetParam());
  SACCADE_NEEDS_REFERENCE(name);
  at::set_num_threads(1);
  const auto reference = read_reference(name);
  const auto decoder = make_decoder(GetParam(), kFeatureSize, kVocabulary);
  const auto report = load_weights(*decoder, reference.weights);
  ASSERT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty());

  const auto features = reference.tensors.at("features").clone().requires_grad_();
  const auto tokens = reference.tensors.at("tokens").clone();
  torch::manual_seed(0);  // of what hard attention draws
  const auto output = decoder->forward(features, tokens.narrow(2, 0, tokens.size(2) - 1));
  EXPECT_LT(relative_error(output.logits, reference.tensors.at("logits")), kOutputTolerance);
  EXPECT_LT(relative_error(output.weights, reference.tensors.at("looks")), kOutputTolerance);
  const auto loss = caption_loss(output, tokens, kLoss).total;
  EXPECT_LT(relative_error(loss, reference.tensors.at("total")), kOutputTolerance);

  loss.backward();
  EXPECT_LT(relative_error(features.grad(), reference.gradients.at("features")), kGradientTolerance);
  for (const auto& parameter : decoder->named_parameters()) {
    EXPECT_LT(relative_error(parameter.value().grad(), reference.gradients.at(parameter.key())), kGradientTolerance) << parameter.key();
  }

  torch::optim::Adam adam(decoder->parameters(), torch::optim::AdamOptions(0.01));
  const auto curve = reference.tensors.at("curve").clone();
  for (int64_t i = 0; i < curve.size(0); ++i) {
    adam.zero_grad();
    torch::manual_seed(static_cast<uint64_t>(i));
    const auto drawn = decoder->forward(features.detach(), tokens.narrow(2, 0, tokens.size(2) - 1));
    const auto step_loss = caption_loss(drawn, tokens, kLoss);
    move_baseline(drawn, step_loss, kLoss);
    step_loss.total.backward();
    adam.step();
    EXPECT_NEAR(step_loss.total.item<double>(), curve[i].item<double>(), 1e-3)
        << "step " << i;  // Adam amplifies the rounding of small gradients
  }
}

}  // namespace
}  // namespace saccade
