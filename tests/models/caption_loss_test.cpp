#include "models/caption_loss.h"

#include <cmath>

#include "models/shapes.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using CaptionLossOf = OnEachDevice;
SACCADE_ON_EACH_DEVICE(CaptionLossOf);

TEST_P(CaptionLossOf, WordsEqualsCrossEntropyOfTorch) {
  const auto logits = torch::randn({2, 3, 4, 9}, device());
  auto tokens = torch::randint(kFirstWordToken, 9, {2, 3, 5}, torch::kLong).to(device());
  tokens[0][1].slice(0, 3).fill_(kPadToken);
  tokens[1][2].fill_(kPadToken);
  for (const double smoothing : {0.0, 0.1}) {
    const auto loss =
        caption_loss({.logits = logits, .weights = torch::ones({2, 3, 4, 1}, device())}, tokens, {.label_smoothing = smoothing});
    const auto expected = [&](double epsilon) {
      return torch::nn::functional::cross_entropy(
          logits.reshape({-1, 9}), tokens.slice(2, 1).reshape(-1),
          torch::nn::functional::CrossEntropyFuncOptions().ignore_index(kPadToken).label_smoothing(epsilon));
    };
    EXPECT_CLOSE(loss.total, expected(smoothing), 1e-6);  // float32 rounding
    EXPECT_CLOSE(loss.cross_entropy, expected(0), 1e-6);
  }
}

TEST_P(CaptionLossOf, AttentionAsksThatEveryRegionBeSeenOnceByTheWordsAlone) {
  // Two captions of two regions. The first has two words that both look left: seen (2, 0), gaps 1 and 1, mean 1. The second has one word,
  // which looks at both alike: seen (0.5, 0.5), gaps 0.25 and 0.25, mean 0.25; its padding looks right and must not count. A third is all
  // padding.
  const auto weights = torch::tensor({{{{1.0, 0.0}, {1.0, 0.0}}, {{0.5, 0.5}, {0.0, 1.0}}, {{0.3, 0.7}, {0.3, 0.7}}}}).to(device());
  const auto tokens = torch::tensor({{{1, 4, 2}, {1, 2, 0}, {0, 0, 0}}}, torch::kLong).to(device());
  const auto logits = torch::zeros({1, 3, 2, 5}, device());
  const auto loss = caption_loss({.logits = logits, .weights = weights}, tokens, {.label_smoothing = 0, .doubly_stochastic = 2});
  EXPECT_NEAR(loss.total.item<double>(), std::log(5.0) + 2 * (1 + 0.25) / 2, 1e-6);  // float32 rounding
  EXPECT_NEAR(loss.cross_entropy.item<double>(), std::log(5.0), 1e-6);
}

TEST_P(CaptionLossOf, NothingButPaddingIsNothing) {
  const auto logits = torch::zeros({1, 1, 2, 5}, device());
  const auto tokens = torch::zeros({1, 1, 3}, torch::kLong).to(device());
  const auto loss = caption_loss({.logits = logits, .weights = torch::ones({1, 1, 2, 1}, device())}, tokens, {.doubly_stochastic = 1});
  EXPECT_EQ(loss.total.item<double>(), 0);
}

}  // namespace
}  // namespace saccade
