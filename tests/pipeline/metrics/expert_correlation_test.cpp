#include "pipeline/metrics/expert_correlation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "data/error.h"
#include "pipeline/metrics/meteor/meteor.h"
#include "tests/support/meteor_data.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* kCaptions =
    "a.jpg#0\tA dog runs .\na.jpg#1\tA brown dog .\nb.jpg#1\tA cat .\nb.jpg#0\tA dog runs .\nb.jpg#2\tThe cat sits .\n";

JudgedCaptions judged(const TemporaryFolder& folder, const std::string& ratings) {
  std::ofstream(folder / "captions.txt") << kCaptions;
  std::ofstream(folder / "ratings.txt") << ratings;
  return read_judged_captions(folder / "ratings.txt", folder / "captions.txt");
}

TEST(ExpertCorrelation, TakesTheCaptionsOfThePictureForReferences) {
  const TemporaryFolder folder;
  const auto found = judged(folder, "b.jpg\ta.jpg#1\t2\t3\t2\n");
  ASSERT_EQ(found.captions.size(), 1U);
  EXPECT_THAT(found.captions[0].hypothesis, ElementsAre("a", "brown", "dog"));
  EXPECT_THAT(found.captions[0].references,
              ElementsAre(ElementsAre("a", "dog", "runs"), ElementsAre("a", "cat"), ElementsAre("the", "cat", "sits")));
  EXPECT_EQ(found.ratings[0], (std::array{2, 3, 2}));
}

TEST(ExpertCorrelation, LeavesOutCaptionsThatAreAmongTheReferences) {
  const TemporaryFolder folder;
  const auto found = judged(folder, "b.jpg\tb.jpg#1\t4\t4\t4\nb.jpg\ta.jpg#0\t1\t1\t1\na.jpg\tb.jpg#2\t1\t1\t1\n");
  EXPECT_EQ(found.among_references, 2);  // its own caption, and the same words written of another picture
  ASSERT_EQ(found.captions.size(), 1U);
  EXPECT_THAT(found.captions[0].hypothesis, ElementsAre("the", "cat", "sits"));
}

TEST(ExpertCorrelation, CountsEachRatingAsAPair) {
  const TemporaryFolder folder;
  const auto found = judged(folder, "a.jpg\tb.jpg#1\t1\t1\t2\na.jpg\tb.jpg#2\t2\t3\t3\n");
  const std::vector<double> scores{0.1, 0.7};
  const auto expected = kendall_tau(std::vector<double>{.1, .1, .1, .7, .7, .7}, std::vector<double>{1, 1, 2, 2, 3, 3});
  EXPECT_EQ(correlation_with_experts(scores, found).b, expected.b);
  EXPECT_EQ(correlation_with_experts(scores, found).c, expected.c);
  EXPECT_THROW(correlation_with_experts(std::vector<double>{1}, found), std::invalid_argument);
}

TEST(ExpertCorrelation, RefusesRatingsOfUnknownCaptionsAndPictures) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { judged(folder, "a.jpg\tb.jpg#7\t1\t1\t2\n"); }, ThrowsMessage<Error>(HasSubstr("no caption b.jpg#7")));
  EXPECT_THAT([&] { judged(folder, "c.jpg\tb.jpg#1\t1\t1\t2\n"); }, ThrowsMessage<Error>(HasSubstr("no caption of c.jpg")));
}

JudgedCaptions flickr8k() {
  return read_judged_captions(test_data() / "flickr8k/ExpertAnnotations.txt", test_data() / "flickr8k/Flickr8k.token.txt");
}

constexpr double kPrinted = 0.05;  // the papers print τ_c times 100 with one digit after the point

// Published: Hessel et al. 2021 (CLIPScore), table 1, Flickr8K-Expert: BLEU-1 32.3, BLEU-4 30.8, ROUGE-L 32.3, METEOR 41.8, CIDEr 43.9.
TEST(ExpertCorrelation, EqualsThePublishedValuesOfFlickr8k) {
  SACCADE_NEEDS_DATA("flickr8k/ExpertAnnotations.txt");
  const auto all = flickr8k();
  ASSERT_EQ(all.captions.size(), 5664U);
  EXPECT_EQ(all.among_references, 158);
  const auto images = score_images(all.captions);
  const auto tau_c = [&](const auto& score_of) {
    std::vector<double> scores;
    for (const auto& image : images) scores.push_back(score_of(image));
    return 100 * correlation_with_experts(scores, all).c;
  };
  EXPECT_NEAR(tau_c([](const ImageScores& image) { return bleu_scores(image.bleu)[0]; }), 32.3, kPrinted);
  EXPECT_NEAR(tau_c([](const ImageScores& image) { return bleu_scores(image.bleu)[3]; }), 30.8, kPrinted);
  EXPECT_NEAR(tau_c([](const ImageScores& image) { return image.rouge_l; }), 32.3, kPrinted);
  EXPECT_NEAR(tau_c([](const ImageScores& image) { return image.cider; }), 43.9, kPrinted);
}

TEST(ExpertCorrelation, EqualsThePublishedValueOfMeteorOnFlickr8k) {
  SACCADE_NEEDS_DATA("flickr8k/ExpertAnnotations.txt");
  SACCADE_NEEDS_METEOR();
  const auto all = flickr8k();
  std::vector<double> scores;
  for (const auto& statistics : score_meteor(all.captions, *find_meteor_files()).images) scores.push_back(meteor_score(statistics));
  EXPECT_NEAR(100 * correlation_with_experts(scores, all).c, 41.8, kPrinted);  // with paraphrases and without
}

}  // namespace
}  // namespace saccade
