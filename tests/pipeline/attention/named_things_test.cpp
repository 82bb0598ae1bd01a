#include "pipeline/attention/named_things.h"

#include <gtest/gtest.h>

#include <sstream>

namespace saccade {
namespace {

const NamedBox kDog{.category = "dog", .box = {.left = 1}}, kPerson{.category = "person", .box = {.left = 2}},
    kBat{.category = "baseball bat", .box = {.left = 3}}, kTeddy{.category = "teddy bear", .box = {.left = 4}},
    kKnife{.category = "knife", .box = {.left = 5}};

/// Of each word the boxes it names, by their left side: "a dog" → "-1".
std::string named(const std::string& caption, const std::vector<NamedBox>& things) {
  std::istringstream stream(caption);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  std::string text;
  for (const auto& boxes : boxes_of_words(words, things)) {
    if (boxes.empty()) text += '-';
    for (const auto& box : boxes) text += std::to_string(static_cast<int>(box.left));
  }
  return text;
}

TEST(NamedThings, AreNamedByTheirNameItsPluralAndSynonyms) {
  EXPECT_EQ(named("a dog and dogs and a cat", {kDog}), "-1-1---");
  EXPECT_EQ(named("two men and a woman hold knives", {kPerson, kKnife}), "-2--2-5");
}

TEST(NamedThings, AreNothingWhereTheyAreNotThere) { EXPECT_EQ(named("a dog", {kPerson}), "--"); }

TEST(NamedThings, OfSeveralBoxesMayEachBeMeant) {
  auto other = kDog;
  other.box.left = 7;
  EXPECT_EQ(named("a dog", {kDog, other}), "-17");
}

TEST(NamedThings, OfSeveralWordsAreNamedByAllAndByTheLast) {
  EXPECT_EQ(named("a baseball bat", {kBat}), "-33");
  EXPECT_EQ(named("baseball bats", {kBat}), "33");
  EXPECT_EQ(named("a bat in baseball", {kBat}), "-3--");
  EXPECT_EQ(named("a bear and a teddy bear", {kTeddy}), "----44") << "a bear alone is another animal";
}

TEST(NamedThings, MayBeCapitals) {
  EXPECT_EQ(named("a man and a dog", {{.category = "Person", .box = {.left = 2}}}), "-2---");
  EXPECT_EQ(named("a bat", {{.category = "Baseball Bat", .box = {.left = 3}}}), "-3");
  EXPECT_EQ(named("two éclairs", {{.category = "ÉCLAIR", .box = {.left = 6}}}), "-6");
}

TEST(NamedThings, OfNoWordsAreNone) {
  EXPECT_TRUE(boxes_of_words({}, {kDog}).empty());
  EXPECT_EQ(named("a dog", {{.category = "", .box = {}}}), "--");
}

}  // namespace
}  // namespace saccade
