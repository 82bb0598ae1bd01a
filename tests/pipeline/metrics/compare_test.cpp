#include "pipeline/metrics/compare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace saccade {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

const std::vector<std::vector<std::string>> kReferences{
    {"a brown dog runs over the grass", "a dog is running on grass"}, {"a cat sits on a red chair", "the cat is on the chair"},
    {"two men play football", "two men with a ball on a field"},      {"a bird in a tree", "a small bird sits in a tree"},
    {"a train comes to the station", "a long train at a station"},    {"a plate of food on a table", "food on a white plate"}};
const std::vector<std::string> kCaptionsOfA{"a dog in a room",  "a man on a chair", "a man with a ball",
                                            "a bird on a wire", "a bus on a road",  "a table with a plate"};
const std::vector<std::string> kCaptionsOfB{"a brown dog runs on the grass", "a cat is on a red chair",     "two men play with a ball",
                                            "a small bird in a tree",        "a long train at the station", "a plate of food on a table"};

std::vector<ImageScores> scores_of(const std::vector<std::string>& captions) {
  std::vector<ScoredCaption> scored;
  for (std::size_t i = 0; i < captions.size(); ++i) {
    scored.push_back({.hypothesis = words_of(captions[i])});
    for (const auto& reference : kReferences[i]) scored.back().references.push_back(words_of(reference));
  }
  return score_images(scored);
}

TEST(Compare, HasARowForEachScoreOfBothSystems) {
  const auto a = scores_of(kCaptionsOfA), b = scores_of(kCaptionsOfB);
  const auto rows = compare_systems(summed_scores(a), summed_scores(b));
  const auto of_a = corpus_scores(a), of_b = corpus_scores(b);
  ASSERT_EQ(rows.size(), 7U);
  for (std::size_t n = 0; n < 4; ++n) {
    EXPECT_EQ(rows[n].name, "bleu_" + std::to_string(n + 1));
    EXPECT_EQ(rows[n].a, of_a.bleu[n]);
    EXPECT_EQ(rows[n].b, of_b.bleu[n]);
  }
  EXPECT_EQ(rows[4].name, "rouge_l");
  EXPECT_DOUBLE_EQ(rows[4].a, of_a.rouge_l);
  EXPECT_EQ(rows[5].name, "cider");
  EXPECT_DOUBLE_EQ(rows[5].b, of_b.cider);
  EXPECT_EQ(rows[6].name, "cider_plain");
  EXPECT_DOUBLE_EQ(rows[6].a, of_a.cider_plain);
  for (const auto& row : rows) {
    EXPECT_DOUBLE_EQ(row.difference, row.b - row.a);
    EXPECT_LE(row.interval.low, row.difference);
    EXPECT_GE(row.interval.high, row.difference);
  }
  // b is better on each of six images: but for chance, 2 of 64 tosses give as large a difference
  EXPECT_NEAR(rows[5].p, 2.0 / 64, 0.02);
  EXPECT_LT(rows[5].bootstrap_p, 0.01);
}

TEST(Compare, MakesMeteorOfTheSummedStatistics) {
  // Whole sentences, so that no count is like another.
  const std::vector<MeteorStatistics> images{
      {.hypothesis = {.words = 9, .function_words = 4, .matched_content = {3, 1, 0, 1}, .matched_function = {2, 0, 0, 0}},
       .reference = {.words = 11, .function_words = 5, .matched_content = {3, 1, 0, 2}, .matched_function = {2, 0, 0, 1}},
       .chunks = 4},
      {.hypothesis = {.words = 7, .function_words = 2, .matched_content = {4, 0, 1, 0}, .matched_function = {1, 0, 0, 0}},
       .reference = {.words = 8, .function_words = 3, .matched_content = {4, 0, 1, 0}, .matched_function = {1, 0, 0, 0}},
       .chunks = 2},
      {.hypothesis = {.words = 6, .function_words = 3, .matched_content = {0, 0, 0, 0}, .matched_function = {2, 0, 0, 0}},
       .reference = {.words = 10, .function_words = 4, .matched_content = {0, 0, 0, 0}, .matched_function = {2, 0, 0, 0}},
       .chunks = 2}};
  MeteorStatistics sum;
  for (const auto& image : images) sum += image;
  const auto scores = summed_meteor(images);
  EXPECT_EQ(corpus_values(scores), std::vector{meteor_score(sum)});
  std::vector<double> alone;
  for (const auto& image : images) alone.push_back(meteor_score(image));
  const auto interval = bootstrap_intervals(scores)[0];  // one draw of 27 is the worst image three times, and one the best
  EXPECT_DOUBLE_EQ(interval.low, *std::ranges::min_element(alone));
  EXPECT_DOUBLE_EQ(interval.high, *std::ranges::max_element(alone));
}

TEST(Compare, TurnsRoundWithTheSystems) {
  const auto a = summed_scores(scores_of(kCaptionsOfA)), b = summed_scores(scores_of(kCaptionsOfB));
  const auto forth = compare_systems(a, b), back = compare_systems(b, a);
  for (std::size_t m = 0; m < forth.size(); ++m) {
    EXPECT_DOUBLE_EQ(forth[m].difference, -back[m].difference);
    EXPECT_NEAR(forth[m].interval.low, -back[m].interval.high, 1e-12);  // interpolated from the other end
    EXPECT_EQ(forth[m].p, back[m].p);
    EXPECT_EQ(forth[m].bootstrap_p, back[m].bootstrap_p);
  }
}

const std::vector<ComparedScore> kRows{
    {.name = "bleu_4", .a = 0.301, .b = 0.312, .difference = 0.011, .interval = {-0.002, 0.025}, .p = 0.0839, .bootstrap_p = 0.1},
    {.name = "cider", .a = 0.95, .b = 1.0, .difference = 0.05, .interval = {0.02, 0.08}, .p = 0.002, .bootstrap_p = 0.004}};

TEST(Compare, PrintsATableForPeople) {
  EXPECT_EQ(to_comparison_table(kRows),
            "                   A       B   B - A   95 % of B - A           p\n"
            "BLEU-4         30.10   31.20   +1.10   -0.20 to +2.50     0.0839\n"
            "CIDEr-D        95.00  100.00   +5.00   +2.00 to +8.00     0.0020 *\n"
            "times 100; p: two-sided, by approximate randomisation; *: p < 0.05\n");
}

TEST(Compare, WritesJson) {
  const auto json = to_json_comparison(kRows);
  EXPECT_EQ(json.size(), 2U);
  EXPECT_EQ(json["cider"].dump(), R"({"a":0.95,"b":1.0,"difference":0.05,"low":0.02,"high":0.08,"p":0.002,"bootstrap_p":0.004})");
}

}  // namespace
}  // namespace saccade
