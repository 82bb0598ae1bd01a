#include "pipeline/demo/scene_gate.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

/// A red circle in the left upper quarter of a scene, seen through a 2×2 grid.
const Scene kScene{.side = 64,
                   .background = Background::kWhite,
                   .objects = {{.shape = Shape::kCircle, .colour = Colour::kRed, .size = Size::kSmall, .box = {4, 4, 24, 24}}}};

CaptionRecord record(const std::string& colour, std::vector<float> last_word) {
  AttentionRecord attention{.geometry = {.width = 64, .height = 64, .crop_width = 64, .crop_height = 64},
                            .regions = {{0, 0, .5, .5}, {.5, 0, 1, .5}, {0, .5, .5, 1}, {.5, .5, 1, 1}},
                            .weights = {{.25, .25, .25, .25}, {.25, .25, .25, .25}, std::move(last_word)}};
  return {.image = "scene", .caption = "a " + colour + " circle", .words = {{"a"}, {colour}, {"circle"}}, .attention = attention};
}

TEST(SceneGate, CountsTrueCaptionsAndWordsThatLookAtTheirThing) {
  const std::vector<Scene> scenes(3, kScene);
  const std::vector<CaptionRecord> records = {record("red", {.7f, .1f, .1f, .1f}), record("red", {.1f, .7f, .1f, .1f}),
                                              record("blue", {.7f, .1f, .1f, .1f})};
  const auto verdicts = judge_scenes(scenes, records);
  EXPECT_EQ(verdicts.scenes, 3);
  EXPECT_EQ(verdicts.true_captions, 2);
  EXPECT_EQ(verdicts.grounding.words, 2);  // there is no blue circle to look at
  EXPECT_EQ(verdicts.grounding.pointing, .5);
  EXPECT_TRUE(verdicts.reasons[0].empty());
  EXPECT_FALSE(verdicts.reasons[2].empty());
}

}  // namespace
}  // namespace saccade
