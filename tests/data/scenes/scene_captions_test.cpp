#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "data/scenes/scene.h"

namespace saccade {
namespace {

constexpr int kSide = 64;
constexpr uint64_t kSeed = 12;

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    std::erase(word, ',');
    words.push_back(word);
  }
  return words;
}

/// A large red circle on the left, two small blue stars one above the other on the right.
Scene red_circle_and_blue_stars() {
  return {.side = 64,
          .background = Background::kWhite,
          .objects = {{Shape::kCircle, Colour::kRed, Size::kLarge, {4, 18, 28, 28}},
                      {Shape::kStar, Colour::kBlue, Size::kSmall, {42, 2, 18, 18}},
                      {Shape::kStar, Colour::kBlue, Size::kSmall, {42, 40, 18, 18}}}};
}

TEST(SceneCaptions, AreAllTrueAndTellEveryGroup) {
  for (uint64_t index = 0; index < 400; ++index) {
    const auto scene = make_scene(kSeed, index, kSide);
    std::set<std::pair<Shape, Colour>> groups;
    for (const auto& object : scene.objects) groups.insert({object.shape, object.colour});
    for (const auto& caption : describe_scene(scene, index, 5)) {
      const auto verdict = check_caption(scene, caption);
      EXPECT_TRUE(verdict.is_true) << index << " " << caption << ": " << verdict.reason;
      const auto boxes = word_boxes(scene, split(caption));
      EXPECT_EQ(std::ranges::count_if(boxes, [](const auto& of_word) { return !of_word.empty(); }), std::ssize(groups)) << caption;
    }
  }
}

TEST(SceneCaptions, OfOneSceneAreDifferent) {
  for (uint64_t index = 0; index < 100; ++index) {
    const auto captions = describe_scene(make_scene(kSeed, index, kSide), index, 5);
    EXPECT_EQ(std::set<std::string>(captions.begin(), captions.end()).size(), 5u);
  }
}

TEST(SceneCaptions, CountAsManyAsAskedEvenWhereTheyRepeat) { EXPECT_EQ(describe_scene(make_scene(kSeed, 0, kSide), 0, 40).size(), 40u); }

/// Another word of the same kind makes a caption untrue, unless it happens to tell another truth; that is judged here by rules of its own:
/// numbers, colours and shapes of a scene's groups are all different from each other's, and opposite relations exclude each other.
TEST(SceneCaptions, BecomeUntrueWhenOneWordIsChanged) {
  const std::map<std::string, std::vector<std::string>> others = {
      {"left", {"right"}},
      {"right", {"left"}},
      {"above", {"below"}},
      {"below", {"above"}},
      {"two", {"three", "one"}},
      {"three", {"two"}},
      {"red", {"green", "blue"}},
      {"green", {"red", "blue"}},
      {"blue", {"purple", "red"}},
      {"yellow", {"red", "green"}},
      {"purple", {"green"}},
      {"small", {"large"}},
      {"large", {"small"}},
      {"circle", {"ring"}},
      {"ring", {"circle", "star"}},
      {"square", {"star"}},
      {"circles", {"rings"}},
      {"squares", {"stars"}},
      {"stars", {"crosses"}},
      {"star", {"cross"}},
      {"cross", {"star"}},
      {"triangle", {"square"}},
      {"triangles", {"squares"}},
      {"crosses", {"triangles"}},
      {"is", {"are"}},
  };
  int changed = 0;
  for (uint64_t index = 0; index < 200; ++index) {
    const auto scene = make_scene(kSeed, index, kSide);
    for (const auto& caption : describe_scene(scene, index, 3)) {
      const auto words = split(caption);
      for (std::size_t t = 0; t < words.size(); ++t) {
        const auto found = others.find(words[t]);
        if (found == others.end()) continue;
        for (const auto& other : found->second) {
          std::string mutant;
          for (std::size_t u = 0; u < words.size(); ++u) mutant += (u ? " " : "") + (u == t ? other : words[u]);
          EXPECT_FALSE(check_caption(scene, mutant).is_true) << index << ": " << caption << " -> " << mutant;
          ++changed;
        }
      }
    }
  }
  EXPECT_GT(changed, 1000);
}

TEST(SceneCaptions, UseEveryWordOfTheGrammar) {
  std::set<std::string> words;
  for (uint64_t index = 0; index < 1000; ++index)
    for (const auto& caption : describe_scene(make_scene(kSeed, index, kSide), index, 5))
      for (const auto& word : split(caption)) words.insert(word);
  for (const std::string word :
       {"a",      "an",     "two",      "three", "there", "is",    "are",     "picture", "of",        "and",    "to",      "the",
        "left",   "right",  "above",    "below", "small", "large", "red",     "green",   "blue",      "yellow", "purple",  "orange",
        "circle", "square", "triangle", "star",  "cross", "ring",  "circles", "squares", "triangles", "stars",  "crosses", "rings"})
    EXPECT_TRUE(words.contains(word)) << word;
}

TEST(SceneVerdict, SaysWhatIsWrong) {
  const auto scene = red_circle_and_blue_stars();
  const auto reason = [&](const std::string& caption) { return check_caption(scene, caption).reason; };
  EXPECT_EQ(reason("a red circle left of two blue stars"), "");
  EXPECT_EQ(reason("two blue stars are to the right of a large red circle"), "");
  EXPECT_EQ(reason("There are two small blue stars, a red circle."), "");
  EXPECT_EQ(reason("a red circle right of two blue stars"), "a red circle not right of two blue stars");
  EXPECT_EQ(reason("a red circle above two blue stars"), "a red circle not above two blue stars");
  EXPECT_EQ(reason("three blue stars"), "says three blue stars, there is 2");
  EXPECT_EQ(reason("a blue star"), "says a blue star, there is 2");
  EXPECT_EQ(reason("a small red circle"), "says a small red circle, there is 0");
  EXPECT_EQ(reason("a red circle and a large red circle"), "tells of a large red circle again");
}

TEST(SceneVerdict, RefusesWhatIsOutsideTheGrammar) {
  const auto scene = red_circle_and_blue_stars();
  for (const std::string caption :
       {"", "a", "red circle", "a an red circle", "an red circle", "two blue star", "a red circle left two blue stars", "a red circle is",
        "there are a red circle", "a red circle left of two blue stars and", "a red circle and and two blue stars", "no red circle",
        "a red circle and", "a red circle red", "\xff\xfe"}) {
    const auto verdict = check_caption(scene, caption);
    EXPECT_FALSE(verdict.is_true) << caption;
    EXPECT_TRUE(verdict.reason.starts_with("outside the grammar at")) << caption << ": " << verdict.reason;
  }
}

TEST(NameOfObject, TellsItsSizeColourAndShapeAndIsReadBack) {
  const auto scene = red_circle_and_blue_stars();
  for (const auto& object : scene.objects) {
    const auto read = object_of_name(name_of_object(object), object.box);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->shape, object.shape);
    EXPECT_EQ(read->colour, object.colour);
    EXPECT_EQ(read->size, object.size);
    EXPECT_EQ(read->box, object.box);
  }
  EXPECT_EQ(name_of_object(scene.objects[0]), "large red circle");
  for (const auto* name : {"", "circle", "large red circles", "red large circle", "a large red circle"}) {
    EXPECT_FALSE(object_of_name(name, {})) << name;
  }
}

TEST(WordBoxes, AreThoseOfTheNamedObjects) {
  const auto scene = red_circle_and_blue_stars();
  const auto boxes = word_boxes(scene, split("a large red circle left of two blue stars and a green star circles"));
  EXPECT_EQ(boxes[3].size(), 1u);
  EXPECT_EQ(boxes[3][0].left, 4);
  EXPECT_EQ(boxes[8].size(), 2u);
  EXPECT_EQ(boxes[12].size(), 0u) << "there is no green star";
  EXPECT_EQ(boxes[13].size(), 1u) << "any circle";
  for (const int other : {0, 1, 2, 4, 5, 6, 7, 9, 10, 11}) EXPECT_TRUE(boxes[other].empty());
}

}  // namespace
}  // namespace saccade
