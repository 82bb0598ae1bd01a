#include "models/attention/attention.h"

#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Attention = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Attention);

std::shared_ptr<AttentionModule> random_attention(AttentionScore score, torch::Device device) {
  auto attention = make_attention({.score = score, .size = 4}, 5);
  attention->to(device);
  return attention;
}

TEST_P(Attention, GivesWeightsThatSumToOneAndTheMeanOfTheRegionsByThem) {
  for (const auto score : {AttentionScore::kAdditive, AttentionScore::kNone}) {
    const auto attention = random_attention(score, device());
    const auto features = torch::randn({2, 6, 5}, device());
    const auto query = torch::randn({2, 3, attention->query_size()}, device());
    const auto [context, weights] = attention->attend(query, attention->prepare(features));
    EXPECT_EQ(weights.sizes(), (std::vector<int64_t>{2, 3, 6}));
    EXPECT_CLOSE(weights.sum(-1), torch::ones({2, 3}), 1e-6);  // float32 rounding
    EXPECT_CLOSE(context, torch::einsum("bkl,bld->bkd", {weights, features}), 1e-5);
  }
}

TEST_P(Attention, DependsOnTheWord) {
  // A published implementation adds tanh(U k) + tanh(W q): softmax removes the query, and its maps are equal for all words.
  const auto attention = random_attention(AttentionScore::kAdditive, device());
  const auto memory = attention->prepare(torch::randn({1, 6, 5}, device()));
  auto query = torch::randn({1, 1, 4}, device()).requires_grad_();
  attention->attend(query, memory).weights[0][0][0].backward();
  EXPECT_GT(query.grad().abs().max().item<double>(), 1e-4);
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
  const auto [context, weights] = attention->attend(torch::empty({2, 3, 0}, device()), attention->prepare(features));
  EXPECT_CLOSE(context, features.mean(1, true).expand({2, 3, 5}), 1e-6);
  EXPECT_CLOSE(weights, torch::full({2, 3, 6}, 1.0 / 6), 1e-7);
}

TEST(MakeAttention, RefusesASizeThatIsNotPositive) { EXPECT_THROW(make_attention({.size = 0}, 5), std::invalid_argument); }

}  // namespace
}  // namespace saccade
