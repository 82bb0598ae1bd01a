#include "data/text/tokenizer.h"

#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include "data/text/utf8.h"

namespace saccade {
namespace {

using Words = std::vector<std::string>;

TEST(Tokenizer, KeepsWordsAndDropsPunctuation) {
  EXPECT_EQ(tokenize_words("A man's red hat, e.g. on a 2-year-old; 你好"),
            (Words{"a", "man", "'s", "red", "hat", "e.g", "on", "a", "2-year-old", "你", "好"}));
  EXPECT_EQ(tokenize_words("Two dogs -- one brown, one (very) black/white -- don't play !"),
            (Words{"two", "dogs", "one", "brown", "one", "very", "black", "white", "don't", "play"}));
  EXPECT_EQ(tokenize_words("\"Stop\" & go... at 10:30 a.m., $1,000.50 or 50%"),
            (Words{"stop", "go", "at", "10:30", "a.m", "1,000.50", "or", "50"}));
  EXPECT_EQ(tokenize_words("A dog.The cat.a 'quoted' dogs' tail -x- 'tis"),
            (Words{"a", "dog", "the", "cat", "a", "quoted", "dogs", "tail", "x", "tis"}));
}

TEST(Tokenizer, KeepsTheOneLetterWordsThatSomeTokenizersDrop) { EXPECT_EQ(tokenize_words("A I a"), (Words{"a", "i", "a"})); }

TEST(Tokenizer, TakesTheGenitiveAsOneWordHoweverItIsTyped) {
  const Words expected{"the", "man", "'s", "hat"};
  EXPECT_EQ(tokenize_words("the man's hat"), expected);
  EXPECT_EQ(tokenize_words("The man\u2019s hat"), expected);
  EXPECT_EQ(tokenize_words("the man 's hat"), expected) << "as the captions of Flickr8k have it";
  EXPECT_EQ(tokenize_words("'s"), Words{"s"});
}

TEST(Tokenizer, TakesADecomposedAccentForTheComposedOne) {
  EXPECT_EQ(tokenize_words("Cafe\u0301"), tokenize_words("CAFÉ"));
  EXPECT_EQ(tokenize_words("Ein Mädchen läßt Ärger übrig"), (Words{"ein", "mädchen", "läßt", "ärger", "übrig"}));
}

TEST(Tokenizer, KeepsCombiningMarksInTheWordsOfHindiAndArabic) {
  EXPECT_EQ(tokenize_words("एक कुत्ता दौड़ रहा है।"), (Words{"एक", "कुत्ता", compose("दौड़"), "रहा", "है"}));
  EXPECT_EQ(tokenize_words("كلبٌ يركض، في الحديقة."), (Words{"كلبٌ", "يركض", "في", "الحديقة"}));
  EXPECT_EQ(tokenize_words("می\u200cخواهم"), Words{"می\u200cخواهم"}) << "the zero-width joint of Persian is part of the word";
}

TEST(Tokenizer, SplitsScriptsWithoutBlanksIntoCharactersWithTheirMarks) {
  EXPECT_EQ(tokenize_words("一只狗。在跑！"), (Words{"一", "只", "狗", "在", "跑"}));
  EXPECT_EQ(tokenize_words("犬が走るよ、ラーメン"), (Words{"犬", "が", "走", "る", "よ", "ラ", "ー", "メ", "ン"}));
  EXPECT_EQ(tokenize_words("ที่นี่"), (Words{"ที่", "นี่"})) << "vowel and tone signs stay with their consonant";
  EXPECT_EQ(tokenize_words("개가 달린다"), (Words{"개가", "달린다"})) << "Korean has blanks";
  EXPECT_EQ(tokenize_words("iPhone手机2台"), (Words{"iphone", "手", "机", "2", "台"}));
}

TEST(Tokenizer, DropsEmojiAndControlsWhichStillSeparateWords) {
  EXPECT_EQ(tokenize_words("dog🐕cat 👨‍👩‍👧 1️⃣ ❤️ a\x01"
                           "b\ttab\nline"),
            (Words{"dog", "cat", "1", "a", "b", "tab", "line"}));
  EXPECT_EQ(tokenize_words(std::string_view("nul\0byte", 8)), (Words{"nul", "byte"}));
  EXPECT_EQ(tokenize_words("soft\u00adhyphen"), Words{"softhyphen"});
}

TEST(Tokenizer, TakesBrokenUtf8AsABreakBetweenWords) {
  EXPECT_EQ(tokenize_words("caf\xe9 noir"), (Words{"caf", "noir"}));
  EXPECT_TRUE(tokenize_words("\xff\xfe\x80").empty());
  EXPECT_TRUE(tokenize_words("").empty());
  EXPECT_TRUE(tokenize_words(" .,;!? ").empty());
}

TEST(Tokenizer, JoinsWordsAsPeopleWriteThem) {
  EXPECT_EQ(join_words({"the", "man", "'s", "hat"}), "the man's hat");
  EXPECT_EQ(join_words({"一", "只", "狗"}), "一只狗");
  EXPECT_EQ(join_words({"iphone", "手", "机"}), "iphone 手机");
  EXPECT_EQ(join_words({}), "");
}

/// Any text, tokenised, joined and tokenised again, is the same words: a caption made of words of the vocabulary is read back as these
/// words.
void expect_stable(const std::string& text) {
  const auto words = tokenize_words(text);
  for (const auto& word : words) {
    EXPECT_TRUE(is_valid_utf8(word));
    EXPECT_EQ(word.find(' '), std::string::npos);
  }
  EXPECT_EQ(tokenize_words(join_words(words)), words) << "from: " << text;
}

TEST(Tokenizer, ReadsBackWhatItJoined) {
  for (const auto* text : {"The man's dog's tail e.g. at 3.5, 1,000; re-use", "犬が 走る 2台のcar", "ที่นี่ ๒๕ ๓",
                           "cat's-eye 's 's's a.b.c a..b -'s'- a-'b", "É e\ufe0f\u0301x 한국어 कुत्ता"}) {
    expect_stable(text);
  }
  // Random mixtures of the code points that the rules speak of, and of any others; seeded.
  const std::u32string special = U"aßsS'\u2019-.,:5๕ 你ーกิ\u0301\u0331\u200d\u00ad\ufe0f🐕İΣHｶﾞ가ㄱ\u1100\u1161";
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (unsigned i = 0, length = random() % 12; i < length; ++i) {
      const auto any = static_cast<char32_t>(random() % 0x30000);
      const bool surrogate = any >= 0xd800 && any < 0xe000;
      text += to_utf8(random() % 10 == 0 && !surrogate ? any : special[random() % special.size()]);
    }
    expect_stable(text);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Tokenizer, TakesTimeInProportionToTheLengthOfACaption) {
  const auto seconds = [](const std::string& text) {
    const auto start = std::clock();
    tokenize_words(text);
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  };
  for (const std::string part : {"a man's dog. ", "a.b.c.", "'s", "--", "\u0301", "你", "\xff"}) {
    std::string text;
    while (text.size() < (part == "a man's dog. " ? 10u << 20 : 1u << 20)) text += part;
    // Processor time: without sanitizers each takes less than 0.3 s; whatever is not linear would take many minutes.
    EXPECT_LT(seconds(text), 30) << part;
  }
}

}  // namespace
}  // namespace saccade
