#include "models/attention/attention.h"

#include "models/attention/over_picture.h"
#include "tests/models/attention/attention_kinds.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Attention = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Attention);

/// For regions of size 5, in eval mode; its weights are large enough that queries matter.
std::shared_ptr<AttentionModule> random_attention(const AttentionConfig& config, torch::Device device) {
  auto attention = make_attention(config, 5);
  const torch::NoGradGuard no_gradients;
  for (auto& parameter : attention->parameters()) parameter.normal_();
  attention->to(device);
  attention->eval();
  return attention;
}

std::shared_ptr<AttentionModule> random_attention(AttentionScore score, torch::Device device) {
  return random_attention({.score = score, .size = 4}, device);
}

TEST_P(Attention, GivesWeightsThatSumToOneAndTheSumOfTheRegionsByThem) {
  auto configs = all_attentions();
  configs.push_back({.score = AttentionScore::kNone});
  for (const auto& config : configs) {
    const auto attention = random_attention(config, device());
    const auto features = torch::randn({2, 6, 5}, device());
    const auto query = torch::randn({2, 3, attention->query_size()}, device());
    const auto attended = attention->attend(query, attention->prepare(features));
    ASSERT_EQ(attended.weights.sizes(), (std::vector<int64_t>{2, 3, 6})) << name(config);
    ASSERT_EQ(attended.context.sizes(), (std::vector<int64_t>{2, 3, attention->context_size()})) << name(config);
    EXPECT_CLOSE(attended.weights.sum(-1), torch::ones({2, 3}), 1e-5) << name(config);  // float32 rounding
    EXPECT_GE(attended.weights.min().item<double>(), 0) << name(config);
    if (config.heads == 1 && config.values == AttentionValues::kFeatures) {
      EXPECT_CLOSE(attended.context, torch::einsum("bkl,bld->bkd", {attended.weights, features}), 1e-5) << name(config);
    }
  }
}

TEST_P(Attention, ReportsEachOfItsHeadsAndTheirMean) {
  for (const auto& config : all_attentions()) {
    const auto attention = random_attention(config, device());
    const auto query = torch::randn({2, 3, attention->query_size()}, device());
    const auto attended = attention->attend(query, attention->prepare(torch::randn({2, 6, 5}, device())));
    ASSERT_EQ(attended.heads.defined(), config.heads > 1) << name(config);
    if (config.heads == 1) continue;
    ASSERT_EQ(attended.heads.sizes(), (std::vector<int64_t>{2, 3, config.heads, 6})) << name(config);
    EXPECT_CLOSE(attended.heads.sum(-1), torch::ones({2, 3, config.heads}), 1e-5) << name(config);
    EXPECT_CLOSE(attended.heads.mean(2), attended.weights, 1e-6) << name(config);
    if (config.score != AttentionScore::kAdditiveSeparate) {
      EXPECT_GT((attended.heads.amax(2) - attended.heads.amin(2)).max().item<double>(), 1e-3) << name(config) << ": all heads are alike";
    }
  }
}

TEST_P(Attention, ShowsTheScoresThatItsWeightsAreMadeOf) {
  for (const auto& config : all_attentions()) {
    const auto attention = random_attention(config, device());
    const auto memory = attention->prepare(torch::randn({2, 6, 5}, device()));
    const auto query = torch::randn({2, 3, attention->query_size()}, device());
    for (const auto& attended :
         {attention->attend(query, memory), attention->attend_beside(query, memory, torch::randn({2, 3, 5}, device()))}) {
      ASSERT_TRUE(attended.scores.defined()) << name(config);  // gradients are wanted here, so no kernel kept them
      ASSERT_EQ(attended.scores.sizes(), (std::vector<int64_t>{2, 3, config.heads, 6})) << name(config);
      if (config.normaliser != AttentionNormaliser::kSoftmax && config.normaliser != AttentionNormaliser::kHard) continue;
      // Beside a sentinel too: what it took is divided out. 1e-8 is added to each row, which shows where it took nearly all.
      const auto weights = attended.heads.defined() ? attended.heads : attended.weights.unsqueeze(2);
      EXPECT_CLOSE(attended.scores.softmax(-1), weights, 1e-4) << name(config);
    }
  }
  const auto none = random_attention(AttentionScore::kNone, device());
  EXPECT_FALSE(none->attend(torch::randn({2, 3, 0}, device()), none->prepare(torch::randn({2, 6, 5}, device()))).scores.defined());
}

TEST_P(Attention, EachHeadSumsItsOwnPartOfTheRegions) {
  const auto attention = random_attention({.score = AttentionScore::kDot, .heads = 5}, device());
  const auto features = torch::randn({1, 6, 5}, device()), query = torch::randn({1, 1, 5}, device());
  const auto attended = attention->attend(query, attention->prepare(features));
  for (int64_t n = 0; n < 5; ++n) {
    const auto weights = (query[0][0][n] * features[0].select(1, n)).softmax(0);  // heads of size 1
    EXPECT_CLOSE(attended.heads[0][0][n], weights, 1e-6);
    EXPECT_CLOSE(attended.context[0][0][n], weights.dot(features[0].select(1, n)), 1e-6);
  }
}

TEST_P(Attention, DependsOnTheWordInEveryKindButTheFaultyOne) {
  // A published implementation adds tanh(U k) + tanh(W q): softmax removes the query, and its maps are equal for all words.
  for (const auto& config : all_attentions()) {
    const auto attention = random_attention(config, device());
    const auto memory = attention->prepare(torch::randn({1, 6, 5}, device()));
    auto query = torch::randn({1, 40, attention->query_size()}, device()).requires_grad_();
    const auto weights = attention->attend(query, memory).weights;
    weights.square().sum().backward();
    const auto sensitivity = query.grad().abs().max().item<double>();
    const auto movement = (weights - weights.mean(1, true)).abs().max().item<double>();
    if (config.score == AttentionScore::kAdditiveSeparate) {
      EXPECT_LT(sensitivity, 1e-5) << name(config);  // float32 rounding of what cancels
      EXPECT_LT(movement, 1e-5) << name(config);
    } else {
      EXPECT_GT(sensitivity, 1e-3) << name(config);
      EXPECT_GT(movement, 1e-3) << name(config);
    }
  }
}

TEST_P(Attention, IgnoresTheOtherPicturesInTheBatch) {
  for (const auto& config : all_attentions()) {
    const auto attention = random_attention(config, device());
    const auto features = torch::randn({3, 6, 5}, device()), query = torch::randn({3, 2, attention->query_size()}, device());
    const auto together = attention->attend(query, attention->prepare(features));
    const auto alone = attention->attend(query.narrow(0, 1, 1), attention->prepare(features.narrow(0, 1, 1)));
    EXPECT_CLOSE(together.context.narrow(0, 1, 1), alone.context, 1e-5) << name(config);  // float32 sums in another order
    EXPECT_CLOSE(together.weights.narrow(0, 1, 1), alone.weights, 1e-5) << name(config);
  }
}

TEST_P(Attention, LooksAtASentinelAsAtOneRegionMore) {
  for (const auto& config : all_attentions()) {
    const auto attention = random_attention(config, device());
    const auto features = torch::randn({2, 6, 5}, device()), query = torch::randn({2, 3, attention->query_size()}, device()),
               sentinels = torch::randn({2, 3, 5}, device());
    const auto beside = attention->attend_beside(query, attention->prepare(features), sentinels);
    EXPECT_CLOSE(beside.weights.sum(-1), torch::ones({2, 3}), 1e-5) << name(config);
    for (int64_t k = 0; k < 3; ++k) {
      const auto regions = torch::cat({features, sentinels.narrow(1, k, 1)}, 1);
      const auto among = attention->attend(query.narrow(1, k, 1), attention->prepare(regions));
      EXPECT_CLOSE(beside.context.narrow(1, k, 1), among.context, 1e-5) << name(config);
      EXPECT_CLOSE(beside.gate.narrow(1, k, 1), 1 - among.weights.select(2, 6), 1e-5) << name(config);
      if (config.heads == 1) {  // of several, each is divided by its own
        EXPECT_CLOSE(beside.weights.narrow(1, k, 1) * beside.gate.narrow(1, k, 1).unsqueeze(2), among.weights.narrow(2, 0, 6), 1e-5)
            << name(config);
      }
    }
  }
}

TEST_P(Attention, WeighsThePictureAlikeWhereTheSentinelHasAll) {
  const auto attention = random_attention({.score = AttentionScore::kDot, .normaliser = AttentionNormaliser::kSparsemax}, device());
  const auto query = torch::ones({1, 1, 5}, device());
  const auto beside = attention->attend_beside(query, attention->prepare(torch::zeros({1, 4, 5}, device())), 100 * query);
  EXPECT_EQ(beside.gate.item<double>(), 0);
  EXPECT_CLOSE(beside.weights, torch::full({1, 1, 4}, 0.25), 1e-6);
}

TEST_P(Attention, AdditiveScoresFollowTheirFormula) {
  const auto attention = random_attention(AttentionScore::kAdditive, device());
  const auto parameters = attention->named_parameters();
  const auto features = torch::randn({1, 2, 5}, device()), query = torch::randn({1, 1, 4}, device());
  const auto weights = attention->attend(query, attention->prepare(features)).weights[0][0];
  const auto score = [&](int64_t region) {
    return parameters["score"].dot((query[0][0] + parameters["key_projection.weight"].mv(features[0][region])).tanh());
  };
  EXPECT_CLOSE(weights[0], (score(0) - score(1)).sigmoid(), 1e-6);  // a softmax of two; float32 rounding
}

TEST_P(Attention, NoneSeesTheMeanWhateverTheWord) {
  const auto attention = random_attention(AttentionScore::kNone, device());
  const auto features = torch::randn({2, 6, 5}, device());
  const auto attended = attention->attend(torch::empty({2, 3, 0}, device()), attention->prepare(features));
  EXPECT_CLOSE(attended.context, features.mean(1, true).expand({2, 3, 5}), 1e-6);
  EXPECT_CLOSE(attended.weights, torch::full({2, 3, 6}, 1.0 / 6), 1e-7);
}

TEST_P(Attention, OfTheStartAloneGivesWordsNothing) {
  const auto attention = random_attention(AttentionScore::kStart, device());
  const auto attended = attention->attend(torch::empty({2, 3, 0}, device()), attention->prepare(torch::randn({2, 6, 5}, device())));
  EXPECT_EQ(attention->context_size(), 0);
  EXPECT_EQ(attended.context.sizes(), (std::vector<int64_t>{2, 3, 0}));
  EXPECT_CLOSE(attended.weights, torch::full({2, 3, 6}, 1.0 / 6), 1e-7);
}

TEST_P(Attention, IsToldOverThePicturesRegionsWhereARefinerMixedThem) {
  const auto weights = torch::tensor({0.2, 0.8}).view({1, 1, 1, 2}).to(device());  // [B, K, N, L]
  EXPECT_TRUE(over_picture(weights, {}).equal(weights));
  Memory mixed;
  mixed.origin = torch::tensor({{{0.5, 0.5, 0.0}, {0.0, 0.25, 0.75}}}).to(device());  // [B, L, R]
  EXPECT_CLOSE(over_picture(weights, mixed), torch::tensor({0.1, 0.3, 0.6}).view({1, 1, 1, 3}), 1e-6);
  EXPECT_FALSE(over_picture({}, mixed).defined());
}

TEST(MakeAttention, RefusesWhatCannotBeByItsKey) {
  const auto refused = [](const AttentionConfig& config) -> std::string {
    try {
      make_attention(config, 6);
    } catch (const std::invalid_argument& error) {
      const std::string text = error.what();
      return text.substr(0, text.find(':'));
    }
    return "nothing";
  };
  EXPECT_EQ(refused({.size = 0}), "decoder.attention.size");
  EXPECT_EQ(refused({.heads = 0}), "decoder.attention.heads");
  EXPECT_EQ(refused({.size = 8, .heads = 4}), "decoder.attention.heads");  // 4 heads of regions of size 6
  EXPECT_EQ(refused({.values = AttentionValues::kProjected, .size = 8, .heads = 4}), "nothing");
  EXPECT_EQ(refused({.size = 8, .heads = 3}), "decoder.attention.heads");  // 3 heads of keys of size 8
  EXPECT_EQ(refused({.score = AttentionScore::kDot, .size = 8, .heads = 3}), "nothing");
  EXPECT_EQ(refused({.sampled_share = 0}), "decoder.attention.sampled_share");
  for (const auto score : {AttentionScore::kNone, AttentionScore::kStart}) {
    EXPECT_EQ(refused({.score = score}), "nothing");
    EXPECT_EQ(refused({.score = score, .heads = 2}), "decoder.attention.heads");
    EXPECT_EQ(refused({.score = score, .normaliser = AttentionNormaliser::kSparsemax}), "decoder.attention.normaliser");
    EXPECT_EQ(refused({.score = score, .values = AttentionValues::kProjected}), "decoder.attention.values");
  }
}

}  // namespace
}  // namespace saccade
