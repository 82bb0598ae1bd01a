#include "pipeline/metrics/rank_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>
#include <vector>

#include "data/random.h"

namespace saccade {
namespace {

constexpr double kRounding = 1e-14;  // a few operations on whole numbers

// By the definitions, over all pairs.
KendallTau tau_by_pairs(const std::vector<double>& x, const std::vector<double>& y) {
  double agreement = 0, untied_x = 0, untied_y = 0;
  const auto sign = [](double value) { return (value > 0) - (value < 0); };
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      agreement += sign(x[i] - x[j]) * sign(y[i] - y[j]);
      untied_x += x[i] != x[j];
      untied_y += y[i] != y[j];
    }
  }
  const auto n = static_cast<double>(x.size());
  const auto m = static_cast<double>(std::min(std::set(x.begin(), x.end()).size(), std::set(y.begin(), y.end()).size()));
  return {.b = agreement / std::sqrt(untied_x * untied_y), .c = 2 * agreement * m / (n * n * (m - 1))};
}

TEST(KendallTau, IsOneForTheSameOrderAndMinusOneForTheOpposite) {
  const std::vector<double> rising{1, 2, 3, 4, 5}, squares{1, 4, 9, 16, 25}, falling{5, 4, 3, 2, 1};
  EXPECT_DOUBLE_EQ(kendall_tau(rising, squares).b, 1);
  EXPECT_DOUBLE_EQ(kendall_tau(rising, squares).c, 1);
  EXPECT_DOUBLE_EQ(kendall_tau(rising, falling).b, -1);
  EXPECT_DOUBLE_EQ(kendall_tau(rising, falling).c, -1);
}

// Expected: scipy 1.17.1, stats.kendalltau(x, y, variant="b" and "c").statistic.
TEST(KendallTau, EqualsScipyOnTies) {
  const auto few = kendall_tau(std::vector<double>{12, 2, 1, 12, 2}, std::vector<double>{1, 4, 7, 1, 0});
  EXPECT_NEAR(few.b, -0.4714045207910316, kRounding);
  EXPECT_NEAR(few.c, -0.48, kRounding);
  const auto more = kendall_tau(std::vector<double>{1, 1, 2, 2, 2, 3, 4, 4, 4, 4, 1, 3},
                                std::vector<double>{.1, .3, .3, .2, .5, .5, .9, .4, .9, .7, .1, .2});
  EXPECT_NEAR(more.b, 0.6683142852849007, kRounding);
  EXPECT_NEAR(more.c, 0.7037037037037037, kRounding);
}

TEST(KendallTau, EqualsTheDefinitionOverAllPairs) {
  SplitMix64 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const int count = 2 + random.below(60), values = 2 + random.below(30);
    std::vector<double> x, y;
    for (int i = 0; i < count; ++i) {
      x.push_back(random.below(4));
      y.push_back(x.back() + random.below(values));
    }
    const auto tau = kendall_tau(x, y), expected = tau_by_pairs(x, y);
    if (std::isnan(expected.b)) {
      EXPECT_TRUE(std::isnan(tau.b));
      EXPECT_TRUE(std::isnan(tau.c));
    } else {
      EXPECT_NEAR(tau.b, expected.b, kRounding) << count << " things, trial " << trial;
      EXPECT_NEAR(tau.c, expected.c, kRounding) << count << " things, trial " << trial;
    }
  }
}

TEST(KendallTau, IsNoNumberWhereOneRankingTiesAll) {
  for (const auto& x : {std::vector<double>{}, {1.0}, {2.0, 2.0, 2.0}}) {
    const std::vector<double> y(x.begin(), x.end());
    EXPECT_TRUE(std::isnan(kendall_tau(x, y).b));
    EXPECT_TRUE(std::isnan(kendall_tau(x, y).c));
  }
}

TEST(KendallTau, RefusesRankingsOfDifferentLengths) {
  EXPECT_THROW(kendall_tau(std::vector<double>{1, 2}, std::vector<double>{1}), std::invalid_argument);
}

}  // namespace
}  // namespace saccade
