#include "pipeline/metrics/diversity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/metrics/ptb_tokenizer.h"

namespace saccade {
namespace {

std::vector<std::vector<std::string>> tokenised(const std::vector<std::string>& captions) {
  std::vector<std::vector<std::string>> tokens;
  for (const auto& caption : captions) tokens.push_back(tokenize_for_scoring(caption));
  return tokens;
}

TEST(Diversity, CountsDifferentNgramsAndWords) {
  const auto found = measure_diversity(tokenised({"A dog runs.", "a dog", "A cat runs, a dog runs"}));
  EXPECT_EQ(found.captions, 3);
  EXPECT_EQ(found.words, 11);
  EXPECT_EQ(found.vocabulary, 4);  // a dog runs cat
  EXPECT_DOUBLE_EQ(found.distinct[0], 4.0 / 11);
  EXPECT_DOUBLE_EQ(found.distinct[1], 5.0 / 8);  // a dog, dog runs, a cat, cat runs, runs a
  EXPECT_DOUBLE_EQ(found.distinct[2], 4.0 / 5);  // a dog runs (twice), a cat runs, cat runs a, runs a dog
  EXPECT_DOUBLE_EQ(found.distinct[3], 3.0 / 3);
}

TEST(Diversity, TellsTheLengthsOfCaptions) {
  const auto found = measure_diversity(tokenised({"a", "a dog on grass", "a dog on green grass runs fast"}));
  EXPECT_DOUBLE_EQ(found.mean_length, 4);
  EXPECT_DOUBLE_EQ(found.length_deviation, std::sqrt(6));  // (9 + 0 + 9) / 3
}

TEST(Diversity, TellsWhatIsNovelByTokens) {
  CaptionSet training;
  for (const auto& caption : tokenised({"A dog runs .", "a cat", "a cat"})) training.add(caption);
  EXPECT_EQ(training.size(), 2U);
  const auto captions = tokenised({"a dog runs", "A Cat!", "a dog runs fast", "a dog"});
  EXPECT_DOUBLE_EQ(measure_diversity(captions, &training).novel.value(), 0.5);
  EXPECT_FALSE(measure_diversity(captions).novel.has_value());
}

TEST(Diversity, DoesNotTakeOtherCutsOfTheSameLettersForTheSameCaption) {
  CaptionSet captions;
  captions.add({"a", "bc"});
  EXPECT_FALSE(captions.contains({"ab", "c"}));
  EXPECT_FALSE(captions.contains({"a", "bc", ""}));
}

TEST(Diversity, TellsWhatIsSaidOfSeveralImages) {
  const auto found = measure_diversity(tokenised({"a dog", "A dog.", "a cat", "a dog", "a bird"}));
  EXPECT_DOUBLE_EQ(found.shared, 3.0 / 5);
  EXPECT_DOUBLE_EQ(found.different, 3.0 / 5);
}

TEST(Diversity, SeesSentencesThatStopShort) {
  for (const auto* caption : {"a man with a", "A man with a.", "a dog and", "two people in front of", "the"}) {
    EXPECT_TRUE(ends_badly(tokenize_for_scoring(caption))) << caption;
  }
  for (const auto* caption : {"a man with a hat", "a bench to sit on", "a bird with its wings out", "a cat looks up", "vitamin A1", ""}) {
    EXPECT_FALSE(ends_badly(tokenize_for_scoring(caption))) << caption;
  }
  EXPECT_DOUBLE_EQ(measure_diversity(tokenised({"a man with a", "a man"})).bad_endings, 0.5);
}

TEST(Diversity, SeesWordsSaidTwiceOnEnd) {
  const auto repeated = [](const std::string& caption) { return measure_diversity(tokenised({caption})).repeated; };
  using Orders = std::array<double, kNgramOrders>;
  EXPECT_EQ(repeated("a dog dog runs"), (Orders{1, 0, 0, 0}));
  EXPECT_EQ(repeated("a dog a dog runs"), (Orders{0, 1, 0, 0}));
  EXPECT_EQ(repeated("in a red and a red and a hat"), (Orders{0, 0, 1, 0}));
  EXPECT_EQ(repeated("a red hat and a red hat and a dog"), (Orders{0, 0, 0, 1}));
  EXPECT_EQ(repeated("dog dog dog dog dog dog"), (Orders{1, 0, 0, 0})) << "the same word, not pairs of it";
  EXPECT_EQ(repeated("a dog a dog a dog a dog"), (Orders{0, 1, 0, 0})) << "the same pair, not pairs of it";
  EXPECT_EQ(repeated("a dog near a dog"), (Orders{0, 0, 0, 0}));
  const auto found = measure_diversity(tokenised({"a a dog a dog", "a dog", "a dog dog", "a cat"}));
  EXPECT_EQ(found.repeated, (Orders{0.5, 0.25, 0, 0}));
  EXPECT_DOUBLE_EQ(found.stammering, 0.5);
}

TEST(Diversity, OfNoCaptionsAndOfEmptyOnesIsZero) {
  EXPECT_EQ(measure_diversity({}).captions, 0);
  const auto found = measure_diversity(tokenised({"", "."}));
  EXPECT_EQ(found.captions, 2);
  EXPECT_EQ(found.vocabulary, 0);
  EXPECT_EQ(found.distinct[0], 0);
  EXPECT_EQ(found.bad_endings, 0);
  EXPECT_EQ(found.stammering, 0);
}

}  // namespace
}  // namespace saccade
