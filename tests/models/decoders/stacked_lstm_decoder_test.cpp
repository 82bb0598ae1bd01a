#include "models/caption_loss.h"
#include "models/load_weights.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using StackedLstm = OnEachDevice;
SACCADE_ON_EACH_DEVICE(StackedLstm);

DecoderConfig stacked(int64_t layers) {
  auto config = tiny_config();
  config.kind = DecoderKind::kStackedLstm;
  config.layers = layers;
  config.dropout = 0;
  return config;
}

TEST_P(StackedLstm, OfOneLayerIsTheLstmDecoder) {
  const std::map<std::string, std::string> names = {{"initial_hidden", "first_state.hidden"},
                                                    {"initial_cell", "first_state.cell"},
                                                    {"output_hidden", "logits.hidden"},
                                                    {"output_context", "logits.context"},
                                                    {"output", "logits.output"}};
  auto config = stacked(1);
  config.kind = DecoderKind::kLstm;
  const auto lstm = tiny_decoder(device(), 9, config);
  const auto one = tiny_decoder(device(), 9, stacked(1));
  NamedTensors weights;
  for (const auto& [name, tensor] : named_weights(*lstm)) {
    const auto dot = name.find('.');
    const auto other = names.find(name.substr(0, dot));
    weights[other == names.end() ? name : other->second + name.substr(dot)] = tensor;
  }
  const auto report = load_weights(*one, weights);
  ASSERT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty());

  const auto features = tiny_features(device(), 2);
  const auto tokens = torch::randint(kFirstWordToken, 9, {2, 3, 4}, torch::kLong).to(device());
  EXPECT_CLOSE(one->forward(features, tokens).logits, lstm->forward(features, tokens).logits, 2e-5);  // logits of about 10
}

TEST_P(StackedLstm, OfEightLayersTrains) {
  auto config = stacked(8);
  config.hidden_size = 16;
  const auto decoder = make_decoder(config, kTinyFeatureSize, 11);
  decoder->to(device());
  const auto features = tiny_features(device(), 4);
  const auto tokens = torch::tensor({{{1, 4, 5, 2}}, {{1, 4, 6, 2}}, {{1, 7, 8, 2}}, {{1, 9, 2, 0}}}, torch::kLong).to(device());
  torch::optim::Adam optimizer(decoder->parameters(), torch::optim::AdamOptions(0.01));
  double cross_entropy = 0;
  for (int i = 0; i < 150; ++i) {
    optimizer.zero_grad();
    const auto loss = caption_loss(decoder->forward(features, tokens.narrow(2, 0, 3)), tokens, {.label_smoothing = 0});
    loss.total.backward();
    optimizer.step();
    cross_entropy = loss.cross_entropy.item<double>();
  }
  EXPECT_LT(cross_entropy, 0.1);  // 2.4 before the first step
}

TEST_P(StackedLstm, CarriesTheGradientToTheLowestOfEightLayers) {
  const auto of_lowest = [&](int64_t layers) {
    torch::manual_seed(3);
    auto config = stacked(layers);
    config.hidden_size = 32;
    const auto decoder = make_decoder(config, kTinyFeatureSize, 11);
    decoder->to(device());
    const auto tokens = torch::tensor({{{1, 4, 5, 2}}}, torch::kLong).to(device());
    caption_loss(decoder->forward(tiny_features(device(), 1), tokens.narrow(2, 0, 3)), tokens, {}).total.backward();
    return decoder->named_parameters()["word_gates.weight"].grad().norm().item<double>();
  };
  EXPECT_GT(of_lowest(8), 0.3 * of_lowest(1));  // without the residual connections: a thousandth
}

}  // namespace
}  // namespace saccade
