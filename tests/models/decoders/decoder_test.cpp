// What holds of every decoder, over every refiner.
#include "models/decoders/decoder.h"

#include <optional>

#include "models/attention/over_picture.h"
#include "models/caption_loss.h"
#include "models/load_weights.h"
#include "models/mixed_precision.h"
#include "models/search/beam_search.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using EveryDecoder = OnEachDevice;
SACCADE_ON_EACH_DEVICE(EveryDecoder);

constexpr int64_t kWords = 11;  // V

DecoderConfig config_of(DecoderKind kind) {
  auto config = tiny_config();
  config.kind = kind;
  if (kind == DecoderKind::kTransformer) config.hidden_size = 8;
  config.layers = 2;
  config.heads = 2;
  config.feed_forward_size = 12;
  config.dropout = 0;
  return config;
}

RefinerConfig refiner_of(RefinerKind kind) {
  return {.kind = kind, .size = 4, .project = kind == RefinerKind::kSelfAttention, .hidden_size = 6, .hops = 2, .blocks = 2, .heads = 2};
}

/// All kinds with each of their switches once, and over each refiner; hard attention with heads and projected values.
std::vector<DecoderConfig> all_decoders() {
  std::vector<DecoderConfig> configs;
  for (const auto kind : {DecoderKind::kLstm, DecoderKind::kStackedLstm, DecoderKind::kUpDown, DecoderKind::kTransformer}) {
    configs.push_back(config_of(kind));
    for (const auto refiner : {RefinerKind::kProjection, RefinerKind::kSqueezeExcitation, RefinerKind::kSaliency, RefinerKind::kLocalSum,
                               RefinerKind::kStructured, RefinerKind::kSelfAttention}) {
      configs.push_back(config_of(kind));
      configs.back().refiner = refiner_of(refiner);
    }
    if (kind == DecoderKind::kTransformer) {
      configs.push_back(config_of(kind));
      configs.back().layers = configs.back().heads = 1;
      continue;
    }
    configs.push_back(config_of(kind));
    configs.back().attention = {.score = AttentionScore::kScaledDot,
                                .normaliser = AttentionNormaliser::kHard,
                                .values = AttentionValues::kProjected,
                                .size = 6,
                                .heads = 2};
    for (const auto gate : {ContextGate::kNone, ContextGate::kScalar}) {
      configs.push_back(config_of(kind));
      configs.back().gate = gate;
      configs.back().initial_state = InitialState::kZero;
      configs.back().output = OutputLayer::kPlain;
      configs.push_back(config_of(kind));
      configs.back().gate = gate;
      configs.back().attention.score = AttentionScore::kNone;
    }
  }
  configs.push_back(config_of(DecoderKind::kLstm));
  configs.back().look = LookOrder::kAfterStep;
  configs.push_back(config_of(DecoderKind::kLstm));
  configs.back().attention.score = AttentionScore::kStart;
  return configs;
}

std::string name(const DecoderConfig& config) { return nlohmann::json(config).dump(); }

torch::Tensor random_captions(torch::Device device, at::IntArrayRef shape) {
  auto tokens = torch::randint(kFirstWordToken, kWords, shape, torch::kLong).to(device);
  tokens.select(2, 0).fill_(kStartToken);
  return tokens;
}

TEST_P(EveryDecoder, ForwardEqualsRepeatedStep) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_captions(device(), {2, 3, 4});
    const auto output = decoder->forward(features, tokens);
    ASSERT_EQ(output.logits.sizes(), (std::vector<int64_t>{2, 3, 4, kWords})) << name(config);
    ASSERT_EQ(output.weights.sizes(), (std::vector<int64_t>{2, 3, 4, kTinyRegions})) << name(config);

    const auto memory = decoder->prepare(features);
    auto state = decoder->start(memory, 3);
    for (int64_t t = 0; t < 4; ++t) {
      const auto step = decoder->step(tokens.select(2, t), state, memory);
      EXPECT_CLOSE(step.logits, output.logits.select(2, t), 5e-5) << name(config);  // float32 sums in another order, logits of about 10
      EXPECT_CLOSE(step.weights, output.weights.select(2, t), 2e-5) << name(config);
      state = step.state;
    }
  }
}

TEST_P(EveryDecoder, SaysWhereInThePictureItLookedWhateverTheRefinerMadeOfIt) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto memory = decoder->prepare(tiny_features(device(), 2));
    const auto step = decoder->step(torch::full({2, 3}, kStartToken, torch::kLong).to(device()), decoder->start(memory, 3), memory);
    ASSERT_EQ(step.weights.sizes(), (std::vector<int64_t>{2, 3, kTinyRegions})) << name(config);
    EXPECT_CLOSE(step.weights.sum(-1), torch::ones({2, 3}), 1e-5) << name(config);
    if (!step.heads.defined()) continue;
    EXPECT_EQ(step.heads.size(3), kTinyRegions);
    EXPECT_CLOSE(step.heads.mean(2), step.weights, 1e-6) << name(config);
  }
}

TEST_P(EveryDecoder, ShowsHowEachLookCameAbout) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto memory = decoder->prepare(tiny_features(device(), 2));
    const auto step = decoder->step(torch::full({2, 3}, kStartToken, torch::kLong).to(device()), decoder->start(memory, 3), memory);
    ASSERT_EQ(std::ssize(step.looks), config.kind == DecoderKind::kTransformer ? config.layers : 1) << name(config);
    std::vector<torch::Tensor> weights;
    for (const auto& look : step.looks) {
      EXPECT_EQ(look.query.sizes().slice(0, 2), (std::vector<int64_t>{2, 3})) << name(config);
      EXPECT_EQ(look.context.sizes().slice(0, 2), (std::vector<int64_t>{2, 3})) << name(config);
      ASSERT_EQ(look.scores.defined(), look.query.size(2) > 0) << name(config);
      if (look.scores.defined()) weights.push_back(look.scores.softmax(-1));
    }
    if (weights.empty()) continue;
    const auto found = over_picture(torch::cat(weights, 2), memory);
    EXPECT_CLOSE(found, step.heads.defined() ? step.heads : step.weights.unsqueeze(2), 1e-6) << name(config);
    if (config.gate != ContextGate::kNone || config.kind == DecoderKind::kTransformer) continue;
    EXPECT_CLOSE(step.looks[0].context, weights[0].squeeze(2).bmm(memory.values.squeeze(1)), 1e-5) << name(config);
  }
}

TEST_P(EveryDecoder, KeepsTheSequencesOfAPictureAndThePicturesApart) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_captions(device(), {2, 3, 4});
    const auto together = decoder->forward(features, tokens);
    for (int64_t b = 0; b < 2; ++b) {
      for (int64_t k = 0; k < 3; ++k) {
        const auto alone = decoder->forward(features.narrow(0, b, 1), tokens.narrow(0, b, 1).narrow(1, k, 1));
        EXPECT_CLOSE(together.logits[b][k], alone.logits[0][0], 5e-5) << name(config);  // float32 sums in another order
      }
    }
  }
}

TEST_P(EveryDecoder, KnowsNothingOfLaterWords) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto features = tiny_features(device(), 1);
    const auto tokens = random_captions(device(), {1, 1, 5});
    EXPECT_CLOSE(decoder->forward(features, tokens).logits.narrow(2, 0, 3), decoder->forward(features, tokens.narrow(2, 0, 3)).logits, 5e-5)
        << name(config);
  }
}

TEST_P(EveryDecoder, KeepsWhatBelongsToAPictureOnce) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto memory = decoder->prepare(tiny_features(device(), 2));
    for (const auto& tensor : {memory.values, memory.mean, memory.keys, memory.origin, memory.saliency}) {
      if (tensor.defined()) {
        EXPECT_EQ(tensor.size(0), 2) << name(config);
      }
    }
    for (const auto& tensor : decoder->start(memory, 3).tensors) {
      EXPECT_EQ(tensor.size(0), 2) << name(config);
      EXPECT_EQ(tensor.size(1), 3) << name(config);
    }
  }
}

TEST_P(EveryDecoder, GoesOnFromTheSequenceThatIsChosen) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_captions(device(), {2, 3, 3});
    const auto memory = decoder->prepare(features);
    auto state = decoder->start(memory, 3);
    for (int64_t t = 0; t < 2; ++t) state = decoder->step(tokens.select(2, t), state, memory).state;
    const auto parents = torch::tensor({{2, 2, 0, 1}, {1, 0, 0, 2}}, torch::kLong).to(device());  // [2, 4]: more than there were
    const auto last = random_captions(device(), {2, 4, 2}).select(2, 1);
    const auto step = decoder->step(last, state.select(parents), memory);

    const auto histories = tokens.gather(1, parents.unsqueeze(-1).expand({-1, -1, 3})).clone();
    histories.select(2, 2).copy_(last);
    EXPECT_CLOSE(step.logits, decoder->forward(features, histories).logits.select(2, 2), 5e-5) << name(config);
  }
}

TEST_P(EveryDecoder, WritesCaptionsInBeamSearchThatTeacherForcingConfirms) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto features = tiny_features(device(), 3);
    const auto found = beam_search(*decoder, features, {.beam_size = 4, .max_length = 6, .min_length = 2});
    for (int64_t b = 0; b < 3; ++b) {
      const auto& best = found[b][0];
      auto tokens = best.tokens;
      tokens.insert(tokens.begin(), kStartToken);
      const auto input = torch::tensor(tokens).view({1, 1, -1}).to(device());
      const auto output = decoder->forward(features.narrow(0, b, 1), input);
      const auto expected = output.logits[0][0].to(torch::kDouble).log_softmax(-1);
      for (std::size_t t = 0; t < best.log_probabilities.size(); ++t) {
        const auto token = t < best.tokens.size() ? best.tokens[t] : kEndToken;
        EXPECT_NEAR(best.log_probabilities[t], expected[static_cast<int64_t>(t)][token].item<double>(), 2e-4) << name(config);
      }
      EXPECT_CLOSE(best.weights, output.weights[0][0].narrow(0, 0, best.weights.size(0)), 2e-5) << name(config);
    }
  }
}

TEST_P(EveryDecoder, EveryParameterReceivesAGradient) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    decoder->forward(tiny_features(device(), 2), random_captions(device(), {2, 2, 3})).logits.square().sum().backward();
    for (const auto& parameter : decoder->named_parameters()) {
      ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key() << name(config);
      EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key() << name(config);
    }
  }
}

TEST_P(EveryDecoder, LearnsToNameThePicture) {
  for (auto config : all_decoders()) {
    if (config.gate != ContextGate::kVector) continue;  // the LSTM's own test learns with each, and this one is long
    config.refiner.size = 16;
    const auto decoder = make_decoder(config, kTinyFeatureSize, kWords, tiny_boxes());
    decoder->to(device());
    decoder->eval();  // no dropout, and pictures too few for a batch's statistics
    const auto features = tiny_features(device(), 4);
    const auto tokens = torch::tensor({{{1, 4, 5, 2}}, {{1, 4, 6, 2}}, {{1, 7, 8, 2}}, {{1, 9, 2, 0}}}, torch::kLong).to(device());
    torch::optim::Adam optimizer(decoder->parameters(), torch::optim::AdamOptions(0.01));
    double cross_entropy = 1;
    for (int i = 0; i < 500 && cross_entropy > 0.1; ++i) {
      optimizer.zero_grad();
      const auto loss = caption_loss(decoder->forward(features, tokens.narrow(2, 0, 3)), tokens, {.label_smoothing = 0});
      loss.total.backward();
      optimizer.step();
      cross_entropy = loss.cross_entropy.item<double>();
    }
    EXPECT_LT(cross_entropy, 0.1) << name(config);  // 2.4 before the first step
  }
}

TEST_P(EveryDecoder, TrainsAlikeInMixedPrecision) {
  for (auto config : all_decoders()) {
    config.hidden_size = 64;
    config.embedding_size = 32;
    config.feed_forward_size = 64;
    config.refiner.size = 16;  // LayerNorm over four channels would magnify the rounding
    const auto decoder = make_decoder(config, kTinyFeatureSize, kWords, tiny_boxes());
    decoder->to(device());
    decoder->eval();  // the same without dropout
    const auto features = tiny_features(device(), 3);
    const auto tokens = random_captions(device(), {3, 4, 6});
    const auto gradients = [&](bool mixed) {
      std::optional<MixedPrecision> precision;
      if (mixed) precision.emplace(device(), torch::kBFloat16);
      const auto output = decoder->forward(features, tokens.narrow(2, 0, 5));
      const auto loss = caption_loss(output, tokens, {.doubly_stochastic = 1});
      precision.reset();
      EXPECT_EQ(loss.total.scalar_type(), torch::kFloat) << name(config);
      EXPECT_EQ(output.weights.scalar_type(), torch::kFloat) << name(config);
      loss.total.backward();
      std::vector<torch::Tensor> rows;
      for (auto& parameter : decoder->parameters()) {
        EXPECT_EQ(parameter.grad().scalar_type(), torch::kFloat);
        rows.push_back(parameter.grad().flatten().clone());
        parameter.mutable_grad().reset();
      }
      return torch::cat(rows);
    };
    const auto exact = gradients(false), mixed = gradients(true);
    // bfloat16 keeps 8 bits: 0.4 % a product; but were nothing rounded, mixed precision would not have been on.
    EXPECT_LT(((mixed - exact).norm() / exact.norm()).item<double>(), 0.05) << name(config);
    EXPECT_FALSE(mixed.equal(exact)) << name(config);
  }
}

TEST_P(EveryDecoder, StepsAlikeInMixedPrecision) {
  for (const auto& config : all_decoders()) {
    const auto decoder = make_decoder(config, kTinyFeatureSize, kWords, tiny_boxes());
    decoder->to(device());
    decoder->eval();
    const torch::NoGradGuard no_gradients;
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_captions(device(), {2, 3, 4});
    const auto exact = decoder->forward(features, tokens).logits;
    const MixedPrecision precision(device(), torch::kBFloat16);
    const auto memory = decoder->prepare(features);
    auto state = decoder->start(memory, 3);
    for (int64_t t = 0; t < 4; ++t) {
      const auto step = decoder->step(tokens.select(2, t), state, memory);
      EXPECT_LT((step.logits - exact.select(2, t)).abs().max().item<double>(), 0.02) << name(config);
      state = step.state.select(torch::arange(3).expand({2, 3}).to(device()));
      if (config.kind == DecoderKind::kTransformer) continue;  // its state is keys and values, which are rounded once; a sum is not
      for (const auto& tensor : state.tensors) EXPECT_EQ(tensor.scalar_type(), torch::kFloat) << name(config);
    }
  }
}

TEST_P(EveryDecoder, IsTheSameFromItsNamedWeights) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config), other = tiny_decoder(device(), kWords, config);
    const auto report = load_weights(*other, named_weights(*decoder));
    ASSERT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty()) << name(config);
    const auto features = tiny_features(device(), 2);
    const auto tokens = random_captions(device(), {2, 3, 4});
    EXPECT_TRUE(other->forward(features, tokens).logits.equal(decoder->forward(features, tokens).logits)) << name(config);
  }
}

TEST_P(EveryDecoder, DropsOutOnlyInTraining) {
  for (auto config : all_decoders()) {
    config.dropout = 0.5;
    const auto decoder = tiny_decoder(device(), kWords, config);
    const auto features = tiny_features(device(), 1);
    const auto tokens = random_captions(device(), {1, 1, 3});
    const auto logits = [&] { return decoder->forward(features, tokens).logits; };
    EXPECT_TRUE(logits().equal(logits())) << name(config);
    decoder->train();
    EXPECT_FALSE(logits().equal(logits())) << name(config);
  }
}

TEST_P(EveryDecoder, RefusesFeaturesOfAnotherSize) {
  for (const auto& config : all_decoders()) {
    const auto decoder = tiny_decoder(device(), kWords, config);
    EXPECT_THROW(decoder->prepare(torch::zeros({1, 3, kTinyFeatureSize + 1}, device())), c10::Error) << name(config);
  }
}

/// What make_decoder says of a config that it refuses.
std::string decoder_refusal(const DecoderConfig& config) {
  try {
    make_decoder(config, 5, 9);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(MakeDecoder, NamesTheKeyOfWhatItRefuses) {
  EXPECT_EQ(decoder_refusal({.layers = 0}), "decoder.layers: must be positive");
  EXPECT_EQ(decoder_refusal({.heads = 0}), "decoder.heads: must be positive");
  EXPECT_EQ(decoder_refusal({.feed_forward_size = -3}), "decoder.feed_forward_size: must be positive");
  EXPECT_EQ(decoder_refusal({.kind = DecoderKind::kTransformer, .hidden_size = 12}), "decoder.heads: is 8; it must divide hidden_size, 12");
  EXPECT_EQ(decoder_refusal({.kind = DecoderKind::kUpDown, .hidden_size = 12}), "");
  DecoderConfig looks_otherwise{.kind = DecoderKind::kTransformer};
  looks_otherwise.attention.score = AttentionScore::kScaledDot;
  EXPECT_EQ(decoder_refusal(looks_otherwise),
            "decoder.attention: a transformer looks by scaled products of its own heads (decoder.heads); leave it out");
}

}  // namespace
}  // namespace saccade
