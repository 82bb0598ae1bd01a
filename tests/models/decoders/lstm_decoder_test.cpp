#include <ATen/autocast_mode.h>

#include <optional>

#include "models/caption_loss.h"
#include "models/mixed_precision.h"
#include "models/search/beam_search.h"
#include "tests/models/attention/attention_kinds.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using LstmDecoder = OnEachDevice;
SACCADE_ON_EACH_DEVICE(LstmDecoder);

constexpr int64_t kVocabulary = 11;

std::vector<DecoderConfig> all_switches() {
  std::vector<DecoderConfig> configs;
  for (const auto score : {AttentionScore::kAdditive, AttentionScore::kNone}) {
    for (const auto gate : {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector}) {
      for (const auto initial : {InitialState::kZero, InitialState::kMeanFeature}) {
        for (const auto output : {OutputLayer::kPlain, OutputLayer::kDeep}) {
          auto config = tiny_config();
          config.attention.score = score;
          config.gate = gate;
          config.initial_state = initial;
          config.output = output;
          configs.push_back(config);
        }
      }
    }
  }
  const auto add = [&](const auto& change) {
    auto config = tiny_config();
    change(config);
    configs.push_back(config);
  };
  add([](auto& config) { config.refiner = {.kind = RefinerKind::kProjection, .size = 4}; });
  add([](auto& config) { config.attention.score = AttentionScore::kStart; });
  for (const auto& attention : all_attentions()) add([&](auto& config) { config.attention = attention; });
  add([](auto& config) { config.gate = ContextGate::kAttentionOnAttention; });
  for (const bool feeding : {false, true}) {
    for (const auto output : {OutputLayer::kPlain, OutputLayer::kDeep}) {
      const auto add_after = [&](const auto& change) {
        add([&](auto& config) {
          config.look = LookOrder::kAfterStep;
          config.input_feeding = feeding;
          config.output = output;
          change(config);
        });
      };
      for (const auto gate :
           {ContextGate::kNone, ContextGate::kScalar, ContextGate::kVector, ContextGate::kSentinel, ContextGate::kAttentionOnAttention}) {
        add_after([&](auto& config) { config.gate = gate; });
      }
      add_after([](auto& config) { config.attention.score = AttentionScore::kNone; });
      add_after([](auto& config) { config.attention.score = AttentionScore::kStart; });
      add_after([](auto& config) {
        config.attention = {.normaliser = AttentionNormaliser::kSparsemax, .values = AttentionValues::kProjected, .size = 4, .heads = 2};
        config.gate = ContextGate::kSentinel;
      });
      add_after([](auto& config) { config.attention.normaliser = AttentionNormaliser::kHard; });
    }
  }
  return configs;
}

bool has_gate(const DecoderConfig& config) { return config.gate != ContextGate::kNone && config.attention.score != AttentionScore::kStart; }

std::string name(const DecoderConfig& config) { return nlohmann::json(config).dump(); }

torch::Tensor random_tokens(torch::Device device, at::IntArrayRef shape) {
  auto tokens = torch::randint(kFirstWordToken, kVocabulary, shape, torch::kLong).to(device);
  tokens.select(2, 0).fill_(kStartToken);
  return tokens;
}

TEST_P(LstmDecoder, ForwardEqualsRepeatedStep) {
  for (const auto& config : all_switches()) {
    const auto decoder = tiny_decoder(device(), kVocabulary, config);
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_tokens(device(), {2, 3, 4});
    const auto output = decoder->forward(features, tokens);
    ASSERT_EQ(output.logits.sizes(), (std::vector<int64_t>{2, 3, 4, kVocabulary})) << name(config);
    ASSERT_EQ(output.weights.sizes(), (std::vector<int64_t>{2, 3, 4, 3})) << name(config);

    const auto memory = decoder->prepare(features);
    auto state = decoder->start(memory, 3);
    for (int64_t t = 0; t < 4; ++t) {
      const auto step = decoder->step(tokens.select(2, t), state, memory);
      EXPECT_CLOSE(step.logits, output.logits.select(2, t), 2e-5) << name(config);  // float32 sums in another order, logits of about 10
      EXPECT_CLOSE(step.weights, output.weights.select(2, t), 1e-5) << name(config);
      EXPECT_EQ(step.heads.defined(), config.attention.heads > 1) << name(config);
      EXPECT_EQ(step.gate.defined(), has_gate(config)) << name(config);
      if (step.gate.defined()) {
        EXPECT_EQ(step.gate.sizes(), (std::vector<int64_t>{2, 3}));
        EXPECT_GE(step.gate.min().item<double>(), 0);
        EXPECT_LE(step.gate.max().item<double>(), 1 + 1e-6);
      }
      state = step.state;
    }
  }
}

TEST_P(LstmDecoder, KeepsPicturesAndTheirSequencesApart) {
  for (const auto& config : all_switches()) {
    if (config.refiner.kind != RefinerKind::kNone) continue;  // works in float32, whatever comes in
    const auto decoder = tiny_decoder(device(), kVocabulary, config);
    decoder->to(torch::kDouble);  // some kinds have slopes so steep that float32 shows the order of sums
    const auto features = tiny_features(device(), 2).to(torch::kDouble);
    const auto tokens = random_tokens(device(), {2, 3, 4});
    const auto together = decoder->forward(features, tokens);
    for (int64_t b = 0; b < 2; ++b) {
      for (int64_t k = 0; k < 3; ++k) {
        const auto alone = decoder->forward(features.narrow(0, b, 1), tokens.narrow(0, b, 1).narrow(1, k, 1));
        EXPECT_CLOSE(together.logits.narrow(0, b, 1).narrow(1, k, 1), alone.logits, 1e-9) << name(config);
        EXPECT_CLOSE(together.weights.narrow(0, b, 1).narrow(1, k, 1), alone.weights, 1e-9) << name(config);
      }
    }
  }
}

TEST_P(LstmDecoder, IsSearchedInEveryKind) {
  for (const auto& config : all_switches()) {
    const auto decoder = tiny_decoder(device(), kVocabulary, config);
    const auto features = tiny_features(device(), 2);
    const auto found = beam_search(*decoder, features, {.beam_size = 3, .max_length = 5});
    for (int64_t b = 0; b < 2; ++b) {
      const auto& best = found[b].front();
      const auto length = static_cast<int64_t>(best.tokens.size());
      ASSERT_EQ(best.weights.sizes(), (std::vector<int64_t>{length, 3})) << name(config);
      EXPECT_CLOSE(best.weights.sum(-1), torch::ones({length}), 1e-5) << name(config);
      EXPECT_EQ(best.gates.size(), has_gate(config) ? best.tokens.size() : 0) << name(config);
      std::vector<int64_t> tokens = {kStartToken};
      tokens.insert(tokens.end(), best.tokens.begin(), best.tokens.end());
      const auto output = decoder->forward(features.narrow(0, b, 1), torch::tensor(tokens).view({1, 1, -1}).to(device()));
      EXPECT_CLOSE(best.weights, output.weights[0][0].narrow(0, 0, length), 1e-5) << name(config);
    }
  }
}

TEST_P(LstmDecoder, RunsInMixedPrecisionInEveryKind) {
  for (const auto& config : all_switches()) {
    const auto decoder = tiny_decoder(device(), kVocabulary, config);
    decoder->train();
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_tokens(device(), {2, 3, 5});
    std::optional<MixedPrecision> precision(std::in_place, device(), torch::kBFloat16);
    const auto output = decoder->forward(features, tokens.narrow(2, 0, 4));
    const auto loss = caption_loss(output, tokens, {.doubly_stochastic = 1}).total;
    decoder->eval();
    const auto memory = decoder->prepare(features);
    const auto step = decoder->step(tokens.select(2, 0), decoder->start(memory, 3), memory);
    precision.reset();
    EXPECT_EQ(loss.scalar_type(), torch::kFloat) << name(config);
    EXPECT_EQ(output.weights.scalar_type(), torch::kFloat) << name(config);
    EXPECT_CLOSE(step.weights.sum(-1), torch::ones({2, 3}), 0.02) << name(config);  // bfloat16 keeps 8 bits
    for (const auto& gradient : torch::autograd::grad({loss}, decoder->parameters())) {
      EXPECT_TRUE(gradient.isfinite().all().item<bool>()) << name(config);
    }
  }
}

TEST_P(LstmDecoder, DrawsWhereItLooksOnlyInTraining) {
  for (const auto order : {LookOrder::kBeforeStep, LookOrder::kAfterStep}) {
    auto config = tiny_config();
    config.dropout = 0;
    config.look = order;
    config.attention.normaliser = AttentionNormaliser::kHard;
    const auto decoder = tiny_decoder(device(), kVocabulary, config);
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_tokens(device(), {2, 3, 4});
    const auto quiet = decoder->forward(features, tokens);
    EXPECT_TRUE(quiet.logits.equal(decoder->forward(features, tokens).logits));
    EXPECT_FALSE(quiet.log_probability.defined());
    decoder->train();
    const auto drawn = decoder->forward(features, tokens);
    EXPECT_FALSE(drawn.logits.equal(decoder->forward(features, tokens).logits));
    EXPECT_EQ(drawn.log_probability.sizes(), (std::vector<int64_t>{2, 3, 4}));
    EXPECT_EQ(drawn.entropy.sizes(), (std::vector<int64_t>{2, 3, 4}));
    EXPECT_LE(drawn.log_probability.max().item<double>(), 0);
    EXPECT_LT(drawn.log_probability.min().item<double>(), 0);
    EXPECT_GT(drawn.entropy.min().item<double>(), 0);
  }
}

TEST_P(LstmDecoder, KeepsTheBaselineOfWhatItDrawsAmongItsBuffers) {
  auto config = tiny_config();
  config.attention.normaliser = AttentionNormaliser::kHard;
  const auto decoder = tiny_decoder(device(), kVocabulary, config);
  decoder->train();
  const auto tokens = random_tokens(device(), {1, 2, 4});
  const auto output = decoder->forward(tiny_features(device(), 1), tokens.narrow(2, 0, 3));
  const auto loss = caption_loss(output, tokens, {.baseline_decay = 0.75});
  move_baseline(output, loss, {.baseline_decay = 0.75});
  EXPECT_CLOSE(decoder->named_buffers()["attention.baseline"], 0.25 * loss.cost, 1e-6);
  EXPECT_GT(loss.cost.item<double>(), 0);
}

TEST_P(LstmDecoder, SeesThePictureOfTheStartInItsFirstStateAlone) {
  auto config = tiny_config();
  config.attention.score = AttentionScore::kStart;
  const auto decoder = tiny_decoder(device(), kVocabulary, config);
  const auto first = decoder->prepare(tiny_features(device(), 1)), second = decoder->prepare(tiny_features(device(), 1));
  const auto state = decoder->start(first, 1);
  EXPECT_FALSE(state.tensors[0].equal(decoder->start(second, 1).tensors[0]));
  const auto token = torch::full({1, 1}, kStartToken, torch::kLong).to(device());
  EXPECT_TRUE(decoder->step(token, state, first).logits.equal(decoder->step(token, state, second).logits));
}

TEST_P(LstmDecoder, LooksElsewhereAfterAnotherWord) {
  const auto decoder = tiny_decoder(device(), kVocabulary);
  auto tokens = random_tokens(device(), {1, 2, 3});
  tokens[0][0][1] = 5;
  tokens[0][1][1] = 6;
  const auto weights = decoder->forward(tiny_features(device(), 1), tokens).weights;
  EXPECT_CLOSE(weights[0][0][1], weights[0][1][1], 1e-6);  // the LSTM has not yet taken in the second word
  EXPECT_GT((weights[0][0][2] - weights[0][1][2]).abs().max().item<double>(), 1e-3);
  EXPECT_GT((weights[0][0][0] - weights[0][0][1]).abs().max().item<double>(), 1e-3);
}

TEST_P(LstmDecoder, EveryParameterReceivesAGradient) {
  for (const auto& config : all_switches()) {
    const auto decoder = tiny_decoder(device(), kVocabulary, config);
    {
      const torch::NoGradGuard no_gradients;  // scores far apart would leave a sparse normaliser one region, and that no gradient
      for (auto& parameter : decoder->named_parameters()) {
        if (parameter.key().starts_with("attention.")) parameter.value().mul_(0.3);
      }
    }
    decoder->forward(tiny_features(device(), 2), random_tokens(device(), {2, 2, 3})).logits.square().sum().backward();
    for (const auto& parameter : decoder->named_parameters()) {
      ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key() << name(config);
      EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key() << name(config);
    }
  }
}

TEST_P(LstmDecoder, LearnsToNameThePicture) {
  auto config = tiny_config();
  config.dropout = 0;
  const auto decoder = make_decoder(config, kTinyFeatureSize, kVocabulary);
  decoder->to(device());
  const auto features = tiny_features(device(), 4);
  const auto tokens = torch::tensor({{{1, 4, 5, 2}}, {{1, 4, 6, 2}}, {{1, 7, 8, 2}}, {{1, 9, 2, 0}}}, torch::kLong).to(device());
  torch::optim::Adam optimizer(decoder->parameters(), torch::optim::AdamOptions(0.02));
  double cross_entropy = 0;
  for (int i = 0; i < 100; ++i) {
    optimizer.zero_grad();
    const auto loss = caption_loss(decoder->forward(features, tokens.narrow(2, 0, 3)), tokens, {.label_smoothing = 0});
    loss.total.backward();
    optimizer.step();
    cross_entropy = loss.cross_entropy.item<double>();
  }
  EXPECT_LT(cross_entropy, 0.05);  // 2.4 before the first step
}

TEST_P(LstmDecoder, TrainsAlikeInMixedPrecision) {
  auto config = tiny_config();
  config.hidden_size = 64;
  config.embedding_size = 32;
  const auto decoder = make_decoder(config, kTinyFeatureSize, kVocabulary);
  decoder->to(device());
  decoder->eval();  // the same without dropout
  const auto features = tiny_features(device(), 3);
  const auto tokens = random_tokens(device(), {3, 4, 6});
  const auto gradients = [&](bool mixed) {
    std::optional<MixedPrecision> precision;
    if (mixed) precision.emplace(device(), torch::kBFloat16);
    const auto output = decoder->forward(features, tokens.narrow(2, 0, 5));
    const auto loss = caption_loss(output, tokens, {.doubly_stochastic = 1});
    precision.reset();
    EXPECT_EQ(loss.total.scalar_type(), torch::kFloat);
    EXPECT_EQ(output.weights.scalar_type(), torch::kFloat);
    return torch::autograd::grad({loss.total}, decoder->parameters());
  };
  const auto exact = gradients(false), mixed = gradients(true);
  ASSERT_FALSE(at::autocast::is_autocast_enabled(device().type()));
  for (std::size_t i = 0; i < exact.size(); ++i) {
    EXPECT_EQ(mixed[i].scalar_type(), torch::kFloat);
    // bfloat16 keeps 8 bits: 0.4 % a product; but were nothing rounded, mixed precision would not have been on.
    const auto error = ((mixed[i] - exact[i]).norm() / exact[i].norm()).item<double>();
    EXPECT_LT(error, 0.05) << decoder->named_parameters()[i].key();
  }
  EXPECT_FALSE(mixed.back().equal(exact.back()));
}

TEST_P(LstmDecoder, DropsOutOnlyInTraining) {
  auto config = tiny_config();
  config.embedding_dropout = config.feature_dropout = 0.5;
  const auto decoder = tiny_decoder(device(), kVocabulary, config);
  const auto features = tiny_features(device(), 1);
  const auto tokens = random_tokens(device(), {1, 1, 3});
  const auto logits = [&] { return decoder->forward(features, tokens).logits; };
  EXPECT_TRUE(logits().equal(logits()));
  decoder->train();
  EXPECT_FALSE(logits().equal(logits()));
}

TEST_P(LstmDecoder, RefusesFeaturesOfAnotherSize) {
  const auto decoder = tiny_decoder(device(), kVocabulary);
  EXPECT_THROW(decoder->prepare(torch::zeros({1, 3, kTinyFeatureSize + 1}, device())), c10::Error);
}

TEST_P(LstmDecoder, StateFollowsItsParents) {
  const DecoderState state{{torch::arange(12).view({2, 3, 2}).to(device()), torch::arange(6).view({2, 3}).to(device())}};
  const auto selected = state.select(torch::tensor({{2, 2, 0, 1}, {1, 0, 0, 2}}, torch::kLong).to(device()));
  EXPECT_TRUE(
      selected.tensors[0].cpu().equal(torch::tensor({{{4, 5}, {4, 5}, {0, 1}, {2, 3}}, {{8, 9}, {6, 7}, {6, 7}, {10, 11}}}, torch::kLong)));
  EXPECT_TRUE(selected.tensors[1].cpu().equal(torch::tensor({{2, 2, 0, 1}, {4, 3, 3, 5}}, torch::kLong)));
}

TEST(MakeDecoder, RefusesSizesAndDropoutsOutOfRange) {
  EXPECT_THROW(make_decoder({.embedding_size = 0}, 5, 9), std::invalid_argument);
  EXPECT_THROW(make_decoder({.hidden_size = -1}, 5, 9), std::invalid_argument);
  EXPECT_THROW(make_decoder({.dropout = 1.0}, 5, 9), std::invalid_argument);
}

TEST(MakeDecoder, RefusesSwitchesThatDoNotGoTogetherByTheirKey) {
  const auto refused = [](const auto& change) -> std::string {
    DecoderConfig config;
    change(config);
    try {
      make_decoder(config, 5, 9);
    } catch (const std::invalid_argument& error) {
      const std::string text = error.what();
      return text.substr(0, text.find(':'));
    }
    return "nothing";
  };
  const auto starts = [](DecoderConfig& config) { config.attention.score = AttentionScore::kStart; };
  EXPECT_EQ(refused(starts), "nothing");
  EXPECT_EQ(refused([&](auto& config) { starts(config), config.initial_state = InitialState::kZero; }), "decoder.initial_state");
  EXPECT_EQ(refused([&](auto& config) { starts(config), config.gate = ContextGate::kAttentionOnAttention; }), "decoder.gate");
  EXPECT_EQ(refused([](auto& config) { config.gate = ContextGate::kSentinel; }), "decoder.gate");
  const auto sentinel_of = [](AttentionScore score) {
    return [score](DecoderConfig& config) {
      config.look = LookOrder::kAfterStep;
      config.gate = ContextGate::kSentinel;
      config.attention.score = score;
    };
  };
  EXPECT_EQ(refused(sentinel_of(AttentionScore::kAdditive)), "nothing");
  EXPECT_EQ(refused(sentinel_of(AttentionScore::kNone)), "decoder.gate");
  EXPECT_EQ(refused([](auto& config) { config.input_feeding = true; }), "decoder.input_feeding");
}

}  // namespace
}  // namespace saccade
