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

TEST_P(CaptionLossOf, DrawnLooksRewardsThoseOfTheCheaperCaption) {
  // Two captions. Each word of the first costs log 5, as all five are alike to it; the one word of the second is as good as certain, and
  // costs nothing; its padding must not count.
  auto logits = torch::zeros({1, 2, 2, 5});
  logits[0][1][0][2] = 100;
  const auto log_probability = torch::tensor({{{-0.1, -0.2}, {-0.4, -0.8}}}).to(device()).requires_grad_();
  const auto entropy = torch::tensor({{{0.5, 0.6}, {0.7, 0.9}}}).to(device()).requires_grad_();
  const DecoderOutput output{.logits = logits.to(device()),
                             .weights = torch::ones({1, 2, 2, 1}, device()),
                             .log_probability = log_probability,
                             .entropy = entropy,
                             .baseline = torch::full({}, 0.5, device())};
  const auto tokens = torch::tensor({{{1, 4, 2}, {1, 2, 0}}}, torch::kLong).to(device());
  const LossConfig config{.label_smoothing = 0, .sampling = 2, .entropy = 0.1, .baseline_decay = 0.9};
  const auto loss = caption_loss(output, tokens, config);
  const double first = std::log(5.0), advantage = first - 0.5;
  const double words = 2 * first / 3, drawn = 2 * (advantage * (-0.1 - 0.2) - 0.5 * -0.4) / 3, spread = 0.1 * (0.5 + 0.6 + 0.7) / 3;
  EXPECT_NEAR(loss.total.item<double>(), words + drawn - spread, 1e-5);  // float32 rounding
  EXPECT_NEAR(loss.cost.item<double>(), first / 2, 1e-6);
  const auto gradients = torch::autograd::grad({loss.total}, {log_probability, entropy});
  EXPECT_CLOSE(gradients[0], torch::tensor({{{2 * advantage / 3, 2 * advantage / 3}, {-1.0 / 3, 0.0}}}), 1e-6);
  EXPECT_CLOSE(gradients[1], torch::tensor({{{-0.1 / 3, -0.1 / 3}, {-0.1 / 3, 0.0}}}), 1e-6);

  move_baseline(output, loss, config);
  EXPECT_NEAR(output.baseline.item<double>(), 0.9 * 0.5 + 0.1 * first / 2, 1e-6);
}

TEST_P(CaptionLossOf, GroundingIsTheLogarithmOfTheWeightInTheBoxesOfNamedWordsAlone) {
  // Of three words two name something: one gives its boxes 0.5 + 0.3 / 2, the other 0.1. The word between them names nothing.
  const auto weights = torch::tensor({{{{0.5, 0.3, 0.2}, {0.9, 0.1, 0.0}, {0.1, 0.1, 0.8}}}}).to(device());
  const auto inside = torch::tensor({{{{1.0, 0.5, 0.0}, {0.0, 0.0, 0.0}, {1.0, 0.0, 0.0}}}}).to(device());
  const double expected = -(std::log(0.65) + std::log(0.1)) / 2;
  EXPECT_NEAR(grounding_loss(weights, inside).item<double>(), expected, 1e-3);  // of what keeps the logarithm finite
  EXPECT_EQ(grounding_loss(weights, torch::zeros_like(inside)).item<double>(), 0) << "no word names anything";

  const auto logits = torch::zeros({1, 1, 3, 5}, device());
  const auto tokens = torch::tensor({{{1, 4, 4, 2}}}, torch::kLong).to(device());
  const auto loss = caption_loss({.logits = logits, .weights = weights}, tokens, {.label_smoothing = 0, .grounding = 2}, inside);
  EXPECT_NEAR(loss.total.item<double>(), std::log(5.0) + 2 * expected, 2e-3);
  EXPECT_NEAR(loss.cross_entropy.item<double>(), std::log(5.0), 1e-6);
}

TEST_P(CaptionLossOf, GroundingPullsTheWeightsIntoTheBox) {
  auto scores = torch::tensor({{{{0.0, 0.0, 0.0, 6.0}}}}).to(device()).set_requires_grad(true);  // all but looks at the last region
  const auto inside = torch::tensor({{{{1.0, 1.0, 0.0, 0.0}}}}).to(device());
  const auto gradient = torch::autograd::grad({grounding_loss(scores.softmax(-1), inside)}, {scores})[0][0][0][0].cpu();
  EXPECT_LT(gradient[0].item<double>(), 0);
  EXPECT_LT(gradient[1].item<double>(), 0);
  EXPECT_GT(gradient[2].item<double>(), 0);
  EXPECT_GT(gradient[3].item<double>(), 0.9);
  for (int step = 0; step < 50; ++step) {
    const auto slope = torch::autograd::grad({grounding_loss(scores.softmax(-1), inside)}, {scores})[0];
    scores = (scores - slope).detach().set_requires_grad(true);
  }
  EXPECT_GT((scores.softmax(-1) * inside).sum().item<double>(), 0.95);
}

TEST_P(CaptionLossOf, NothingButPaddingIsNothing) {
  const auto logits = torch::zeros({1, 1, 2, 5}, device());
  const auto tokens = torch::zeros({1, 1, 3}, torch::kLong).to(device());
  const auto loss = caption_loss({.logits = logits, .weights = torch::ones({1, 1, 2, 1}, device())}, tokens, {.doubly_stochastic = 1});
  EXPECT_EQ(loss.total.item<double>(), 0);
}

}  // namespace
}  // namespace saccade
