#include "pipeline/training/optimiser.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

torch::Tensor parameter_at(double value) { return torch::full({3}, value).set_requires_grad(true); }

TEST(AdamOptimiser, TakesTheSameStepsAsTorchsOwn) {
  for (const auto kind : {Optimiser::kAdam, Optimiser::kAdamW}) {
    torch::manual_seed(1);
    auto ours = torch::randn({4, 3}).set_requires_grad(true);
    auto theirs = ours.detach().clone().set_requires_grad(true);
    AdamOptimiser optimiser({{{"w"}, {ours}, 0.01}}, {}, {.optimiser = kind, .weight_decay = 0.1, .gradient_clip = 0});
    torch::optim::Adam adam({theirs}, torch::optim::AdamOptions(0.01).weight_decay(0.1));
    torch::optim::AdamW adamw({theirs}, torch::optim::AdamWOptions(0.01).weight_decay(0.1));
    const auto target = torch::randn({4, 3});
    for (int step = 0; step < 10; ++step) {
      optimiser.zero_gradients();
      (ours - target).pow(2).sum().backward();
      optimiser.step(1.0);
      theirs.mutable_grad() = torch::Tensor();
      (theirs - target).pow(2).sum().backward();
      kind == Optimiser::kAdam ? adam.step() : adamw.step();
    }
    EXPECT_TRUE(torch::allclose(ours, theirs, 1e-5, 1e-6));  // the fused kernel sums in another order
  }
}

TEST(AdamOptimiser, ClipsTheGradientOfAllParametersTogether) {
  auto a = parameter_at(0), b = parameter_at(0);
  AdamOptimiser optimiser({{{"a", "b"}, {a, b}, 0.01}}, {}, {.gradient_clip = 1.0});
  a.mutable_grad() = torch::full({3}, 3.0);
  b.mutable_grad() = torch::full({3}, 4.0);
  EXPECT_NEAR(optimiser.clip_gradients().item<double>(), std::sqrt(3 * 9.0 + 3 * 16.0), 1e-4);
  EXPECT_NEAR(torch::cat({a.grad(), b.grad()}).norm().item<double>(), 1.0, 1e-4);
}

TEST(AdamOptimiser, GoesOnFromItsSavedStateAsIfItHadNotStopped) {
  const TrainingConfig config{.weight_average = 0.9};
  auto straight = parameter_at(5), first = parameter_at(5);
  AdamOptimiser whole({{{"w"}, {straight}, 0.1}}, {}, config), half({{{"w"}, {first}, 0.1}}, {}, config);
  const auto steps = [](AdamOptimiser& optimiser, torch::Tensor& parameter, int count) {
    for (int i = 0; i < count; ++i) {
      optimiser.zero_gradients();
      parameter.pow(2).sum().backward();
      optimiser.step(1.0);
    }
  };
  steps(whole, straight, 6);
  steps(half, first, 3);
  auto second = first.detach().clone().set_requires_grad(true);
  AdamOptimiser rest({{{"w"}, {second}, 0.1}}, {}, config);
  ASSERT_TRUE(rest.load_state(half.state()));
  steps(rest, second, 3);
  EXPECT_TRUE(torch::equal(straight, second));
  whole.swap_averages();
  rest.swap_averages();
  EXPECT_TRUE(torch::equal(straight, second));
  EXPECT_FALSE(rest.load_state({}));
}

TEST(AdamOptimiser, SwapsAveragesInAndOut) {
  auto parameter = parameter_at(1);
  AdamOptimiser optimiser({{{"w"}, {parameter}, 0.5}}, {}, {.weight_average = 0.9});
  parameter.mutable_grad() = torch::ones({3});
  optimiser.step(1.0);
  const auto stepped = parameter.detach().clone();
  optimiser.swap_averages();
  EXPECT_FALSE(torch::equal(parameter, stepped));
  EXPECT_TRUE((parameter > stepped).all().item<bool>());  // the average lags behind the falling weight
  optimiser.swap_averages();
  EXPECT_TRUE(torch::equal(parameter, stepped));
}

TEST(AdamOptimiser, AveragesTheStatisticsOfBatchNormWithTheWeights) {
  auto weight = parameter_at(1);
  auto mean = torch::zeros({2});
  AdamOptimiser optimiser({{{"w"}, {weight}, 0.5}}, {{"mean", mean}}, {.weight_average = 0.9});
  weight.mutable_grad() = torch::ones({3});
  mean.fill_(10);
  optimiser.step(1.0);
  const auto state = optimiser.state();
  optimiser.swap_averages();
  EXPECT_TRUE(((mean > 0) & (mean < 10)).all().item<bool>());                                // on its way
  EXPECT_TRUE(torch::allclose(state.at("optimiser.average.mean"), torch::full({2}, 10.0)));  // changed places
  optimiser.swap_averages();
  EXPECT_TRUE(torch::equal(mean, torch::full({2}, 10.0)));
}

}  // namespace
}  // namespace saccade
