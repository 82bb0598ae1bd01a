#include "pipeline/attention/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

namespace saccade {
namespace {

AttentionStatistics of(std::vector<std::vector<float>> weights, int64_t side = 2, std::vector<double> gates = {}) {
  StatisticsMeter meter;
  meter.add({.regions = grid_regions(side), .weights = std::move(weights), .gates = std::move(gates)});
  return meter.result();
}

TEST(AttentionStatistics, OfEvenWeightsAreThoseOfNoAttention) {
  const auto even = of({{.25f, .25f, .25f, .25f}, {.25f, .25f, .25f, .25f}});
  EXPECT_EQ(even.words, 2);
  EXPECT_NEAR(even.entropy, 1, 1e-6);
  EXPECT_NEAR(even.effective_regions, 4, 1e-5);
  EXPECT_NEAR(even.largest, .25, 1e-6);
  EXPECT_EQ(even.movement, 0);
  EXPECT_EQ(even.change, 0);
  EXPECT_EQ(even.coverage, 1);
}

TEST(AttentionStatistics, OfASingleRegionHaveNoEntropy) {
  const auto single = of({{0, 1, 0, 0}});
  EXPECT_EQ(single.entropy, 0);
  EXPECT_EQ(single.effective_regions, 1);
  EXPECT_EQ(single.coverage, .25);
}

TEST(AttentionStatistics, TellTheWayFromWordToWordAndBetweenAnyTwo) {
  const auto there_and_back = of({{1, 0, 0, 0}, {0, 1, 0, 0}, {1, 0, 0, 0}});
  EXPECT_DOUBLE_EQ(there_and_back.movement.value(), 1);
  EXPECT_DOUBLE_EQ(there_and_back.change.value(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(of({{1, 0, 0, 0}, {.5f, .5f, 0, 0}}).movement.value(), .5);
}

TEST(AttentionStatistics, OfASingleWordKnowNoChange) {
  const auto single = of({{0, 1, 0, 0}});
  EXPECT_FALSE(single.movement);
  EXPECT_FALSE(single.change);
}

TEST(AttentionStatistics, OfARegionWithoutAPlaceHaveNothingOnTheEdge) {
  StatisticsMeter meter;
  meter.add({.regions = {{0, 0, 0, 0}, {.25, .25, .75, .75}}, .weights = {{1, 0}}});
  EXPECT_EQ(meter.result().border, 0);
  EXPECT_EQ(meter.result().border_share, 0);
}

TEST(AttentionStatistics, WeighTheEdgeAgainstItsShare) {
  const auto inside = of({{0, 0, 0, 0, 1, 0, 0, 0, 0}}, 3);
  EXPECT_EQ(inside.border, 0);
  EXPECT_NEAR(inside.border_share, 8.0 / 9, 1e-9);
  EXPECT_EQ(of({{1, 0, 0, 0, 0, 0, 0, 0, 0}}, 3).border, 1);
}

TEST(AttentionStatistics, AreMeansOverWordsOfAllCaptions) {
  StatisticsMeter meter;
  meter.add({.regions = grid_regions(2), .weights = {{1, 0, 0, 0}}, .gates = {.2}});
  meter.add({.regions = grid_regions(2), .weights = {{.25f, .25f, .25f, .25f}, {.25f, .25f, .25f, .25f}}, .gates = {.4, .6}});
  meter.add({.regions = grid_regions(2)});
  const auto mean = meter.result();
  EXPECT_EQ(mean.captions, 2);
  EXPECT_NEAR(mean.entropy, 2.0 / 3, 1e-6);
  ASSERT_TRUE(mean.gate);
  EXPECT_NEAR(*mean.gate, .4, 1e-9);
  EXPECT_FALSE(of({{1, 0, 0, 0}}).gate);
}

TEST(AttentionStatistics, OfNothingAreNothing) { EXPECT_EQ(StatisticsMeter().result().words, 0); }

}  // namespace
}  // namespace saccade
