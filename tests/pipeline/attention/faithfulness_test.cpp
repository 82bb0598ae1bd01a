#include "pipeline/attention/faithfulness.h"

#include <gtest/gtest.h>

#include "models/shapes.h"

namespace saccade {
namespace {

constexpr int64_t kWord = kFirstWordToken, kVocabulary = 6, kRegions = 20;

/// Says its word as surely as region 3 is bright, and looks wherever it is told to.
class OneRegionCountsImpl : public DecoderModule {
 public:
  explicit OneRegionCountsImpl(bool asks) : asks_(asks) {}

  Memory prepare(const torch::Tensor& features) override { return {.values = features, .mean = features.mean(1)}; }
  DecoderState start(const Memory& memory, int64_t sequences) override { return {{torch::ones({memory.mean.size(0), sequences, 2})}}; }
  DecoderStep step(const torch::Tensor&, const DecoderState& state, const Memory& memory) override {
    const auto even = torch::full({1, 1, kRegions}, 1.0 / kRegions);
    return {.state = state,
            .logits = logits_of(memory.values).unsqueeze(1),
            .weights = asks_ ? even * state.tensors[0].sum() : even,
            .heads = heads};
  }
  DecoderOutput forward(const torch::Tensor& features, const torch::Tensor& tokens) override {
    return {.logits = logits_of(features).unsqueeze(1).unsqueeze(1).expand({-1, 1, tokens.size(2), -1})};
  }

  torch::Tensor heads;  // [1, 1, N, R], the same for every word

 private:
  static torch::Tensor logits_of(const torch::Tensor& features) {  // [B, V]
    auto logits = torch::zeros({features.size(0), kVocabulary});
    logits.select(1, kWord).copy_(features.select(1, 3).select(-1, 0));
    return logits;
  }
  bool asks_;
};
TORCH_MODULE(OneRegionCounts);

torch::Tensor picture() {
  auto features = torch::zeros({kRegions, 2});
  features[3][0] = 8;
  return features;
}

torch::Tensor looking_at(int64_t region) {
  auto weights = torch::full({1, kRegions}, .01f);
  weights[0][region] = .81f;
  return weights;
}

FaithfulnessCurves curves(int64_t looks_at, int repeats = 1) {
  OneRegionCounts decoder(true);
  FaithfulnessMeter meter(*decoder);
  for (int i = 0; i < repeats; ++i) meter.add(picture(), {kWord}, looking_at(looks_at));
  return meter.result();
}

TEST(Faithfulness, FallsAtOnceWhereTheWordRestsOnWhatItLookedAt) {
  const auto found = curves(3);
  EXPECT_EQ(found.words, 1);
  EXPECT_GT(found.whole, .99);
  EXPECT_LT(found.nothing, .3);
  EXPECT_LT(found.deletion[0], .3);
  EXPECT_GT(found.insertion[0], .99);
  EXPECT_NEAR(found.fall(), found.whole - found.nothing, 1e-6);
  EXPECT_NEAR(found.rise(), found.whole - found.nothing, 1e-6);
}

TEST(Faithfulness, FallsAtRandomAsOftenAsChanceTakesTheRegion) {
  const auto found = curves(3, 400);
  const double all = found.whole - found.nothing;
  for (std::size_t i = 0; i < kTakenShares.size(); ++i) {
    EXPECT_NEAR((found.whole - found.deletion_random[i]) / all, kTakenShares[i], .08);
    EXPECT_NEAR((found.insertion_random[i] - found.nothing) / all, kTakenShares[i], .08);
  }
}

TEST(Faithfulness, DoesNotFallWhereTheWordRestsOnSomethingElse) {
  const auto found = curves(5);
  EXPECT_GT(found.deletion[0], .99) << "what it looked at is not what it said the word by";
}

TEST(Faithfulness, OfEvenWeightsIsThatOfChance) {
  OneRegionCounts decoder(true);
  FaithfulnessMeter meter(*decoder);
  for (int i = 0; i < 5; ++i) meter.add(picture(), {kWord}, torch::full({1, kRegions}, 1.0 / kRegions));
  const auto found = meter.result();
  EXPECT_EQ(found.deletion, found.deletion_random) << "regions of the same weight go in no order of their own";
  EXPECT_EQ(found.insertion, found.insertion_random);
}

TEST(Faithfulness, OfNoWordsIsNothing) {
  OneRegionCounts decoder(true);
  FaithfulnessMeter meter(*decoder);
  meter.add(picture(), {}, torch::empty({0, kRegions}));
  EXPECT_EQ(meter.result().words, 0);
}

TEST(Sensitivity, IsZeroOnlyOfAttentionThatAsksNothing) {
  OneRegionCounts asks(true), asks_nothing(false);
  double asked = 0;
  for (int seed = 0; seed < 20; ++seed) {
    asked += examine_steps(*asks, picture(), {kWord, kWord}, seed).sensitivity;
    EXPECT_EQ(examine_steps(*asks_nothing, picture(), {kWord, kWord}, seed).sensitivity, 0);
  }
  EXPECT_GT(asked, 0);
}

// With weights w = W s, the norm of the Jacobian is that of W, whatever the signs drawn: here every row is the same.
TEST(Sensitivity, IsTheNormOfTheJacobian) {
  OneRegionCounts decoder(true);
  double sum = 0;
  constexpr int kDraws = 2000;
  for (int i = 0; i < kDraws; ++i) sum += std::pow(examine_steps(*decoder, picture(), {kWord}, i).sensitivity, 2);
  EXPECT_NEAR(sum / kDraws, 2.0 * kRegions / (kRegions * kRegions), .01);
}

TEST(Heads, AgreeAsFarAsTheyLookAtTheSame) {
  OneRegionCounts decoder(true);
  const auto agreement = [&](std::vector<std::vector<float>> looks) {
    decoder->heads = torch::zeros({1, 1, std::ssize(looks), kRegions});
    for (std::size_t n = 0; n < looks.size(); ++n)
      for (std::size_t region = 0; region < looks[n].size(); ++region) decoder->heads[0][0][n][region] = looks[n][region];
    return examine_steps(*decoder, picture(), {kWord, kWord}, 1).agreement.value();
  };
  EXPECT_NEAR(agreement({{1, 0}, {0, 1}}), 0, 1e-6);
  EXPECT_NEAR(agreement({{.5f, .5f}, {.5f, .5f}}), 1, 1e-6);
  EXPECT_NEAR(agreement({{1, 0}, {1, 0}, {.5f, .5f}}), (1 + .5 + .5) / 3, 1e-6);
  decoder->heads = torch::Tensor();
  EXPECT_FALSE(examine_steps(*decoder, picture(), {kWord}, 1).agreement);
}

}  // namespace
}  // namespace saccade
