#include "data/text/vocabulary.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/error.h"
#include "data/text/tokenizer.h"

namespace saccade {
namespace {

using Words = std::vector<std::string>;

TEST(Vocabulary, OrdersWordsByFallingCountAndTiesByBytes) {
  const auto vocabulary = Vocabulary::build({{"b", "a", "dog"}, {"a", "dog", "dog", "rare"}, {"b"}}, 2);
  EXPECT_EQ(vocabulary.words(), (Words{"<pad>", "<start>", "<end>", "<unk>", "dog", "a", "b"}));
}

TEST(Vocabulary, DoesNotDependOnTheOrderOfTheCaptions) {
  std::vector<Words> captions{{"x", "y", "z"}, {"y", "w"}, {"q", "x"}};
  const auto words = Vocabulary::build(captions, 1).words();
  std::reverse(captions.begin(), captions.end());
  EXPECT_EQ(Vocabulary::build(captions, 1).words(), words);
}

TEST(Vocabulary, KeepsTheMostFrequentWordsWithinItsLimit) {
  EXPECT_EQ(Vocabulary::build({{"a", "a", "b", "b", "b", "c"}}, 1, 2).words(), (Words{"<pad>", "<start>", "<end>", "<unk>", "b", "a"}));
}

TEST(Vocabulary, GivesUnknownWordsTheIdOfUnk) {
  const auto vocabulary = Vocabulary::build({{"dog"}}, 1);
  EXPECT_EQ(vocabulary.ids({"dog", "unseen", "<start>"}), (std::vector<int64_t>{4, 3, 1}));
  EXPECT_EQ(vocabulary.word(4), "dog");
  EXPECT_THROW(vocabulary.word(5), std::out_of_range);
  EXPECT_THROW(vocabulary.word(-1), std::out_of_range);
}

TEST(Vocabulary, TakesNoSpecialWordFromACaption) {
  EXPECT_EQ(Vocabulary::build({{"<unk>", "<pad>", "dog"}}, 1).words(), (Words{"<pad>", "<start>", "<end>", "<unk>", "dog"}));
}

TEST(Vocabulary, BringsACaptionOfAnyScriptThereAndBack) {
  for (const std::string caption :
       {"一只狗在草地上跑", "a man's dog runs", "犬が走る", "كلب يركض في الحديقة", "ein mädchen läuft", "एक कुत्ता रहा है"}) {
    const auto vocabulary = Vocabulary::build({tokenize_words(caption)}, 1);
    Words words;
    for (const auto id : vocabulary.ids(tokenize_words(caption))) words.push_back(vocabulary.word(id));
    EXPECT_EQ(join_words(words), caption);
  }
}

TEST(Vocabulary, FromWordsRefusesWhatIsNone) {
  EXPECT_NO_THROW(Vocabulary::from_words({"<pad>", "<start>", "<end>", "<unk>"}));
  EXPECT_THROW(Vocabulary::from_words({}), Error);
  EXPECT_THROW(Vocabulary::from_words({"<start>", "<pad>", "<end>", "<unk>", "dog"}), Error);
  EXPECT_THROW(Vocabulary::from_words({"<pad>", "<start>", "<end>", "<unk>", "dog", "dog"}), Error);
  EXPECT_THROW(Vocabulary::from_words({"<pad>", "<start>", "<end>", "<unk>", ""}), Error);
}

}  // namespace
}  // namespace saccade
