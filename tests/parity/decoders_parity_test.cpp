// The LSTM decoder and its loss against a plain loop in PyTorch: outputs, every gradient, and ten steps of training, for all its switches.
#include "models/caption_loss.h"
#include "tests/parity/reference.h"

namespace saccade {
namespace {

constexpr int64_t kFeatureSize = 13, kVocabulary = 17;  // as in decoders.py
const LossConfig kLoss{.label_smoothing = 0.1, .doubly_stochastic = 0.7};
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
  DecoderConfig refined{
      .embedding_size = 8, .hidden_size = 10, .refiner = {.kind = RefinerKind::kProjection, .size = kFeatureSize}, .dropout = 0};
  refined.attention.size = 9;
  configs.push_back(refined);
  return configs;
}

std::string name_of(const DecoderConfig& config) {
  const nlohmann::json json = config;
  std::string name = json["attention"]["score"];
  for (const auto* key : {"gate", "initial_state", "output"}) name += "_" + json[key].get<std::string>();
  if (config.refiner.kind != RefinerKind::kNone) name += "_" + json["refiner"]["kind"].get<std::string>();
  return name;
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
    const auto step_loss = caption_loss(decoder->forward(features.detach(), tokens.narrow(2, 0, tokens.size(2) - 1)), tokens, kLoss).total;
    step_loss.backward();
    adam.step();
    EXPECT_NEAR(step_loss.item<double>(), curve[i].item<double>(), 1e-3) << "step " << i;  // Adam amplifies the rounding of small gradients
  }
}

}  // namespace
}  // namespace saccade
