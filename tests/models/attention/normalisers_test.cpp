#include <cmath>

#include "models/attention/normalisers/draw_region.h"
#include "models/attention/normalisers/entmax.h"
#include "models/attention/normalisers/sparsemax.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Normalisers = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Normalisers);

using torch::Tensor;

struct SparseKind {
  const char* name;
  Tensor (*by_sorting)(const Tensor&);
  double scale;     // of the scores in the definition
  double exponent;  // weight = max(scale · score - τ, 0)^exponent
};
const SparseKind kSparseKinds[] = {{"sparsemax", sparsemax, 1, 1}, {"entmax15", entmax15, 0.5, 2}};

/// scores [R, L] double: the τ of each row at which its weights sum to 1, by halving.
Tensor by_definition(const Tensor& scores, const SparseKind& kind) {
  const auto heights = scores * kind.scale;
  auto high = heights.amax(-1, true), low = high - 1;
  const auto weights = [&](const Tensor& threshold) { return (heights - threshold).clamp_min(0).pow(kind.exponent); };
  for (int i = 0; i < 60; ++i) {
    const auto middle = (low + high) / 2;
    const auto too_much = weights(middle).sum(-1, true) > 1;
    low = torch::where(too_much, middle, low);
    high = torch::where(too_much, high, middle);
  }
  return weights((low + high) / 2);
}

TEST_P(Normalisers, EqualTheirDefinitions) {
  for (const auto& kind : kSparseKinds) {
    for (const int64_t regions : {1, 2, 3, 49, 196}) {
      for (const double spread : {0.01, 1.0, 5.0, 1000.0}) {
        const auto scores = spread * torch::randn({50, regions}, torch::kDouble).to(device());
        EXPECT_CLOSE(kind.by_sorting(scores), by_definition(scores, kind), 1e-10) << kind.name << regions << " " << spread;
      }
    }
  }
}

TEST_P(Normalisers, GiveRowsOfOneWithExactZerosInFloat32Too) {
  for (const auto& kind : kSparseKinds) {
    for (const double offset : {0.0, 300.0, -300.0}) {
      const auto scores = 3 * torch::randn({2, 3, 4, 49}, device()) + offset;
      const auto weights = kind.by_sorting(scores);
      EXPECT_CLOSE(weights.sum(-1), torch::ones({2, 3, 4}), 1e-5) << kind.name;  // the root of a difference of squares
      EXPECT_GT((weights == 0).sum().item<int64_t>(), weights.numel() / 2) << kind.name;
      const auto flat = scores.flatten(0, 2).to(torch::kDouble);
      EXPECT_CLOSE(weights.flatten(0, 2), by_definition(flat, kind), 1e-4) << kind.name;
    }
  }
}

TEST_P(Normalisers, ShareAlikeAmongEqualsAndTakeTheOnlyOne) {
  const auto infinity = std::numeric_limits<double>::infinity();
  for (const auto& kind : kSparseKinds) {
    EXPECT_CLOSE(kind.by_sorting(torch::full({1, 8}, 7.0, device())), torch::full({1, 8}, 0.125), 1e-6) << kind.name;
    EXPECT_CLOSE(kind.by_sorting(torch::tensor({{0.0, 50.0, 0.0}}).to(device())), torch::tensor({{0.0, 1.0, 0.0}}), 0) << kind.name;
    EXPECT_CLOSE(kind.by_sorting(torch::tensor({{1.0, -infinity, 1.0}}).to(device())), torch::tensor({{0.5, 0.0, 0.5}}), 1e-6) << kind.name;
  }
}

TEST_P(Normalisers, HaveTheGradientsOfFiniteDifferences) {
  for (const auto& kind : kSparseKinds) {
    auto scores = torch::randn({20, 9}, torch::kDouble).to(device()).requires_grad_();
    const auto direction = torch::randn({20, 9}, torch::kDouble).to(device());
    (kind.by_sorting(scores) * direction).sum().backward();
    const torch::NoGradGuard no_gradients;
    const double step = 1e-6;
    for (int64_t l = 0; l < 9; ++l) {
      auto shift = torch::zeros({1, 9}, scores.options());
      shift[0][l] = step;
      const auto difference = (kind.by_sorting(scores + shift) - kind.by_sorting(scores - shift)) / (2 * step);
      EXPECT_CLOSE(scores.grad().select(1, l), (difference * direction).sum(1), 1e-5) << kind.name << l;
    }
  }
}

TEST_P(Normalisers, TakeShortTypesAsFloat32) {
  for (const auto& kind : kSparseKinds) {
    EXPECT_EQ(kind.by_sorting(torch::randn({2, 5}, device()).to(torch::kBFloat16)).scalar_type(), torch::kFloat) << kind.name;
  }
}

using DrawRegion = OnEachDevice;
SACCADE_ON_EACH_DEVICE(DrawRegion);

TEST_P(DrawRegion, TakesOneRegionAsOftenAsItsWeightSays) {
  const auto scores = torch::tensor({0.0, 1.0, 2.0, -1.0}).to(device()).expand({20000, 4});
  const auto shares = draw_region(scores, 1);
  EXPECT_CLOSE(shares.taken.amax(-1), torch::ones({20000}), 0);
  EXPECT_CLOSE(shares.taken.sum(-1), torch::ones({20000}), 0);
  EXPECT_CLOSE(shares.weights, scores.softmax(-1), 1e-6);
  EXPECT_CLOSE(shares.taken.mean(0), scores[0].softmax(0), 0.015);  // four standard deviations of a share of 20,000 draws
  EXPECT_CLOSE(shares.log_probability.exp(), (shares.taken * shares.weights).sum(-1), 1e-6);
  EXPECT_CLOSE(shares.entropy, -(shares.weights * shares.weights.log()).sum(-1), 1e-6);
}

TEST_P(DrawRegion, LeavesTheOtherLooksToTheMean) {
  const auto scores = torch::randn({20000, 4}, device());
  const auto shares = draw_region(scores, 0.3);
  const auto is_drawn = shares.taken.amax(-1) == 1;
  EXPECT_NEAR(is_drawn.to(torch::kDouble).mean().item<double>(), 0.3, 0.015);
  EXPECT_CLOSE(shares.taken.masked_fill(is_drawn.unsqueeze(1), 0), shares.weights.masked_fill(is_drawn.unsqueeze(1), 0), 0);
  EXPECT_EQ(shares.log_probability.masked_fill(is_drawn, 0).abs().max().item<double>(), 0);
}

TEST_P(DrawRegion, LearnsByWhatWasDrawnAsByTheExpectedCost) {
  // The mean over draws of cost · ∇ log p must be ∇ Σ p · cost, which is known, and what was drawn itself must pass nothing on.
  const auto costs = torch::tensor({1.0, -2.0, 0.5, 3.0}).to(device());
  auto scores = torch::tensor({0.3, 0.1, -0.4, 0.2}).to(device()).requires_grad_();
  const int64_t draws = 100000;
  const auto shares = draw_region(scores.expand({draws, 4}), 1);
  const auto cost = (shares.taken * costs).sum(-1);
  EXPECT_FALSE(torch::autograd::grad({cost.sum()}, {scores}, {}, true)[0].abs().max().item<double>() > 0);
  const auto estimate = torch::autograd::grad({(cost.detach() * shares.log_probability).mean()}, {scores})[0];
  const auto exact = torch::autograd::grad({(scores.softmax(0) * costs).sum()}, {scores})[0];
  EXPECT_CLOSE(estimate, exact, 0.02);  // four standard deviations of the mean of as many draws
}

}  // namespace
}  // namespace saccade
