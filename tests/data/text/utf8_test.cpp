#include "data/text/utf8.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(Utf8, IsValidOnlyInItsShortestFormAndRange) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("plain, ünïcode, 你好, 🐕"));
  EXPECT_FALSE(is_valid_utf8("\xff"));
  EXPECT_FALSE(is_valid_utf8("\xc3"));              // cut short
  EXPECT_FALSE(is_valid_utf8("\xc0\xaf"));          // "/" in two bytes
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(is_valid_utf8("\xf4\x90\x80\x80"));  // beyond U+10FFFF
}

TEST(Utf8, BrokenBytesAreReplacedOneByOne) {
  EXPECT_EQ(replace_invalid_utf8("a\xff\xfe"
                                 "b"),
            "a\ufffd\ufffd"
            "b");
  EXPECT_EQ(replace_invalid_utf8("caf\xe9"), "caf\ufffd");
  EXPECT_EQ(replace_invalid_utf8("你好"), "你好");
}

TEST(Utf8, ComposesAccentsThatWereTypedApart) {
  EXPECT_EQ(compose("e\u0301"), "\u00e9");
  EXPECT_EQ(compose("\u1112\u1161\u11ab"), "\ud55c");  // hangul jamo
  EXPECT_EQ(compose("plain"), "plain");
}

TEST(Utf8, LowerCaseReachesBeyondAscii) { EXPECT_EQ(lower_case("ÄRGER Ёлка ΑΒΓ 你"), "ärger ёлка αβγ 你"); }

TEST(Utf8, CodePointsComeBack) {
  const std::string text = "aß你🐕";
  const auto points = code_points(text);
  EXPECT_EQ(points, (std::vector<char32_t>{U'a', U'ß', U'你', U'🐕'}));
  std::string back;
  for (const char32_t point : points) back += to_utf8(point);
  EXPECT_EQ(back, text);
}

TEST(Utf8, KnowsTheScriptsWithoutBlanks) {
  for (const char32_t point : {U'你', U'ひ', U'カ', U'ー', U'々', U'ก', U'ກ', U'ម', U'မ', U'𠀋'})
    EXPECT_TRUE(is_written_without_spaces(point)) << to_utf8(point);
  for (const char32_t point : {U'a', U'ß', U'한', U'ह', U'م', U'5', U'。', U'๕', U'฿'})
    EXPECT_FALSE(is_written_without_spaces(point)) << to_utf8(point);
}

}  // namespace
}  // namespace saccade
