#include "pipeline/metrics/significance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "data/random.h"

namespace saccade {
namespace {

const std::vector<double> kScoresOfA{.31, .22, .53, .47, .38, .60, .12, .44, .29, .51};
const std::vector<double> kScoresOfB{.35, .29, .50, .49, .47, .61, .20, .43, .38, .58};

BleuCounts counts(int64_t length, int64_t reference_length, std::array<int64_t, 4> correct) {
  return {
      .length = length, .reference_length = reference_length, .correct = correct, .guessed = {length, length - 1, length - 2, length - 3}};
}

const std::vector<BleuCounts> kCountsOfA{counts(9, 10, {6, 3, 1, 0}), counts(12, 11, {8, 5, 2, 1}), counts(8, 9, {3, 1, 0, 0}),
                                         counts(10, 10, {9, 7, 5, 3}), counts(11, 12, {5, 2, 1, 0})};
const std::vector<BleuCounts> kCountsOfB{counts(10, 10, {8, 5, 3, 2}), counts(11, 11, {8, 6, 4, 2}), counts(9, 9, {5, 2, 1, 0}),
                                         counts(10, 10, {8, 6, 4, 3}), counts(12, 12, {8, 4, 2, 1})};

double mean(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0) / std::ssize(values); }

// The same numbers as quantile(values, share) of numpy, which the intervals are defined by.
double quantile_of(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  return std::lerp(values[below], values[std::min(below + 1, values.size() - 1)], place - std::floor(place));
}

// Calls `use` with every way to draw as many of `count` things as there are.
template <typename Use>
void for_each_draw(std::size_t count, const Use& use) {
  std::vector<std::size_t> draw(count, 0);
  for (;;) {
    use(draw);
    std::size_t place = 0;
    while (place < count && ++draw[place] == count) draw[place++] = 0;
    if (place == count) return;
  }
}

double bleu_4_of_draw(const std::vector<BleuCounts>& images, const std::vector<std::size_t>& draw) {
  BleuCounts sum;
  for (const auto image : draw) sum += images[image];
  return bleu_scores(sum)[3];
}

TEST(Significance, KnowsTheScoresOfTheWholeCorpus) {
  const auto scores = together({bleu_of_images(kCountsOfA), mean_of_images("rouge_l", std::vector<double>{1, 2, 3, 4, 10})});
  const auto values = corpus_values(scores);
  BleuCounts sum;
  for (const auto& image : kCountsOfA) sum += image;
  ASSERT_EQ(values.size(), 5U);
  for (std::size_t n = 0; n < 4; ++n) EXPECT_EQ(values[n], bleu_scores(sum)[n]);
  EXPECT_EQ(values[4], 4);
  EXPECT_EQ(scores.names, (std::vector<std::string>{"bleu_1", "bleu_2", "bleu_3", "bleu_4", "rouge_l"}));
}

// Each of 27 draws is as likely, and 1 / 27 of them is more than the 2.5 % at either end.
TEST(Significance, ReachesBothEndsOfThreeImages) {
  const auto interval = bootstrap_intervals(mean_of_images("x", std::vector<double>{0, 1, 5}))[0];
  EXPECT_EQ(interval.low, 0);
  EXPECT_EQ(interval.high, 5);
}

TEST(Significance, HasTheIntervalOfTheNormalDistributionForManyImages) {
  SplitMix64 random(1);
  std::vector<double> scores(2000);
  for (auto& score : scores) score = random.uniform();
  const auto interval = bootstrap_intervals(mean_of_images("x", scores), {.resamples = 10000})[0];
  const double half = 1.96 * std::sqrt(1.0 / 12 / 2000);
  EXPECT_NEAR((interval.low + interval.high) / 2, mean(scores), 0.05 * half);  // an end is known to 2 % from 10,000 draws
  EXPECT_NEAR((interval.high - interval.low) / 2, half, 0.05 * half);
}

// The difference of a pair: scipy 1.17.1, stats.bootstrap((b - a,), np.mean, method="percentile", n_resamples=1000000), seed 1.
TEST(Significance, HasTheIntervalOfScipy) {
  const auto test = paired_bootstrap(mean_of_images("x", kScoresOfA), mean_of_images("x", kScoresOfB), {.resamples = 50000})[0];
  EXPECT_NEAR(test.interval.low, 0.017, 0.0011);  // means of ten numbers with two digits: steps of 0.001
  EXPECT_NEAR(test.interval.high, 0.068, 0.0011);
}

TEST(Significance, ResamplesTheCountsOfBleu) {
  std::vector<double> all;
  for_each_draw(5, [&](const auto& draw) { all.push_back(bleu_4_of_draw(kCountsOfA, draw)); });
  ASSERT_EQ(all.size(), 3125U);
  const auto interval = bootstrap_intervals(bleu_of_images(kCountsOfA), {.resamples = 50000})[3];
  const double spread = quantile_of(all, 0.975) - quantile_of(all, 0.025);
  EXPECT_NEAR(interval.low, quantile_of(all, 0.025), 0.03 * spread);
  EXPECT_NEAR(interval.high, quantile_of(all, 0.975), 0.03 * spread);
}

TEST(Significance, IsTheSameAloneAndTogetherAndEveryTime) {
  const auto bleu = bleu_of_images(kCountsOfA);
  const auto other = mean_of_images("x", std::vector<double>{.3, .1, .4, .1, .5});
  const auto alone = bootstrap_intervals(bleu), both = bootstrap_intervals(together({other, bleu}));
  for (std::size_t n = 0; n < 4; ++n) {
    EXPECT_EQ(alone[n].low, both[n + 1].low);
    EXPECT_EQ(alone[n].high, both[n + 1].high);
  }
  // Found here with seeds 1 and 2; sums of whole numbers, so that every machine finds them.
  std::vector<double> whole(100);
  std::iota(whole.begin(), whole.end(), 0.0);
  const auto first = bootstrap_intervals(mean_of_images("x", whole))[0];
  const auto second = bootstrap_intervals(mean_of_images("x", whole), {.seed = 2})[0];
  EXPECT_DOUBLE_EQ(first.low, 44.2795);
  EXPECT_DOUBLE_EQ(first.high, 54.84075);
  EXPECT_DOUBLE_EQ(second.low, 43.58925);
  EXPECT_DOUBLE_EQ(second.high, 55.3505);
}

TEST(Significance, FindsNoDifferenceBetweenEqualSystems) {
  const auto a = together({bleu_of_images(kCountsOfA), mean_of_images("x", std::vector<double>{.3, .1, .4, .1, .5})});
  for (const auto& test : paired_bootstrap(a, a)) {
    EXPECT_EQ(test.interval.low, 0);
    EXPECT_EQ(test.interval.high, 0);
    EXPECT_EQ(test.p, 1);
  }
  for (const auto p : approximate_randomisation(a, a)) EXPECT_EQ(p, 1);
}

TEST(Significance, IsNeverCertain) {
  std::vector<double> better(50);
  for (std::size_t i = 0; i < better.size(); ++i) better[i] = 0.1 + 0.001 * static_cast<double>(i);
  const auto a = mean_of_images("x", std::vector<double>(50, 0.0)), b = mean_of_images("x", better);
  EXPECT_DOUBLE_EQ(paired_bootstrap(a, b)[0].p, 2.0 / 1001);
  EXPECT_DOUBLE_EQ(approximate_randomisation(a, b)[0], 1.0 / 1001);
  EXPECT_DOUBLE_EQ(approximate_randomisation(a, b, {.resamples = 9999})[0], 1.0 / 10000);
}

// p exactly: scipy 1.17.1, stats.permutation_test((a, b), difference of the means, permutation_type="samples", n_resamples=inf).
TEST(Significance, HasThePOfAllPermutations) {
  constexpr double kExact = 0.0234375;  // 24 of 1024
  const auto p = approximate_randomisation(mean_of_images("x", kScoresOfA), mean_of_images("x", kScoresOfB), {.resamples = 100000})[0];
  EXPECT_NEAR(p, kExact, 4 * std::sqrt(kExact / 100000));
}

TEST(Significance, SwapsTheCountsOfBleuOfAllImages) {
  const double observed = bleu_4_of_draw(kCountsOfB, {0, 1, 2, 3, 4}) - bleu_4_of_draw(kCountsOfA, {0, 1, 2, 3, 4});
  int as_large = 0;
  for (int tosses = 0; tosses < 32; ++tosses) {
    auto a = kCountsOfA, b = kCountsOfB;
    for (int i = 0; i < 5; ++i) {
      if (tosses >> i & 1) std::swap(a[i], b[i]);
    }
    as_large += std::abs(bleu_4_of_draw(b, {0, 1, 2, 3, 4}) - bleu_4_of_draw(a, {0, 1, 2, 3, 4})) >= std::abs(observed) - 1e-12;
  }
  const double p = approximate_randomisation(bleu_of_images(kCountsOfA), bleu_of_images(kCountsOfB), {.resamples = 20000})[3];
  ASSERT_GT(as_large, 2);
  EXPECT_NEAR(p, as_large / 32.0, 4 * std::sqrt(0.25 / 20000));
}

TEST(Significance, ComparesTheSameDrawsOfBothSystems) {
  std::vector<double> differences;
  for_each_draw(5, [&](const auto& draw) { differences.push_back(bleu_4_of_draw(kCountsOfB, draw) - bleu_4_of_draw(kCountsOfA, draw)); });
  const auto not_better = std::ranges::count_if(differences, [](double difference) { return difference <= 1e-12; });
  const auto test = paired_bootstrap(bleu_of_images(kCountsOfA), bleu_of_images(kCountsOfB), {.resamples = 50000})[3];
  EXPECT_NEAR(test.p, 2.0 * static_cast<double>(not_better) / 3125, 8 * std::sqrt(0.25 / 50000));
  const double spread = quantile_of(differences, 0.975) - quantile_of(differences, 0.025);
  EXPECT_NEAR(test.interval.low, quantile_of(differences, 0.025), 0.03 * spread);
  EXPECT_NEAR(test.interval.high, quantile_of(differences, 0.975), 0.03 * spread);
}

TEST(Significance, RefusesNoImagesAndSystemsOfDifferentImages) {
  const auto none = mean_of_images("x", {}), a = mean_of_images("x", std::vector<double>{1, 2}),
             longer = mean_of_images("x", std::vector<double>{1, 2, 3}), other = mean_of_images("y", std::vector<double>{1, 2});
  EXPECT_THROW(bootstrap_intervals(none), std::invalid_argument);
  EXPECT_THROW(corpus_values(none), std::invalid_argument);
  EXPECT_THROW(paired_bootstrap(a, longer), std::invalid_argument);
  EXPECT_THROW(approximate_randomisation(a, other), std::invalid_argument);
  EXPECT_THROW(together({a, longer}), std::invalid_argument);
  EXPECT_THROW(bootstrap_intervals(a, {.resamples = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace saccade
