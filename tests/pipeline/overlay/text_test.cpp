#include "pipeline/overlay/text.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/overlay/canvas.h"

namespace saccade {
namespace {

constexpr Rgb8 kWhite = {255, 255, 255};

int ink(const Picture& picture) {
  return static_cast<int>(std::ranges::count_if(picture.rgb, [](uint8_t byte) { return byte < 128; }));
}

Picture drawn(const Text& text) {
  auto picture = blank_picture(200, 40, kWhite);
  draw(picture, text, 4, 4);
  return picture;
}

TEST(Text, OfManyScriptsDrawsInk) {
  for (const std::string word : {"dog", "собака", "σκύλος", "狗", "犬が", "كلب", "כלב", "कुत्ता", "é"}) {
    EXPECT_GT(ink(drawn({.text = word, .pixels = 20})), 30) << word;
    EXPECT_GT(measure({.text = word, .pixels = 20}).width, 5) << word;
  }
}

TEST(Text, OfDifferentWordsLooksDifferent) { EXPECT_NE(drawn({.text = "狗"}).rgb, drawn({.text = "猫"}).rgb); }

TEST(Text, JoinsArabicLetters) {
  int apart = 0;
  for (const std::string letter : {"س", "ل", "م"}) apart += measure({.text = letter, .pixels = 30}).width;
  EXPECT_LT(measure({.text = "سلم", .pixels = 30}).width, apart) << "joined forms are narrower than the letters alone";
}

TEST(Text, EndsWithinItsWidthAndLines) {
  const Text text{.text = "a very long caption that goes on and on for more than there is room for", .pixels = 14, .width = 90, .lines = 2};
  const auto size = measure(text);
  EXPECT_LE(size.width, 90);
  EXPECT_LE(size.height, 2.0 * measure({.text = "a", .pixels = 14}).height);
  auto picture = blank_picture(200, 60, kWhite);
  draw(picture, text, 0, 0);
  fill(picture, {0, 0, 90, 60}, kWhite);
  EXPECT_EQ(ink(picture), 0);
}

TEST(Text, OfAnyBytesIsSafe) {
  for (const std::string& text :
       {std::string("\xff\xfe\x80"), std::string("a\0b", 3), std::string("line\nbreak"), std::string(), std::string("\xf0\x9f")}) {
    auto picture = blank_picture(50, 20, kWhite);
    draw(picture, {.text = text}, -10, -5);
    draw(picture, {.text = text}, 45, 15);
    EXPECT_EQ(picture.rgb.size(), 3000u);
  }
  EXPECT_LT(measure({.text = "one\ntwo"}).height, 1.5 * measure({.text = "one two"}).height) << "one line, with a sign for the break";
}

TEST(Text, KnowsItsDirection) {
  EXPECT_TRUE(is_right_to_left("قطة صغيرة"));
  EXPECT_TRUE(is_right_to_left("כלב"));
  EXPECT_FALSE(is_right_to_left("a cat"));
  EXPECT_FALSE(is_right_to_left("猫"));
  EXPECT_FALSE(is_right_to_left(""));
}

TEST(Text, MarksAPart) {
  const auto plain = drawn({.text = "one two"}), marked = drawn({.text = "one two", .marked_begin = 4, .marked_end = 7});
  EXPECT_NE(plain.rgb, marked.rgb);
}

}  // namespace
}  // namespace saccade
