#include "pipeline/attention/examine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "models/shapes.h"
#include "pipeline/device.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

class Examine : public testing::Test {
 protected:
  Examine() : model_(load_model(write_tiny_model(folder_ / "model.safetensors"), torch::kCPU)) {
    write_scene_pictures(folder_ / "pictures", 3);
  }

  /// All that the model may say: whatever it does say, it names something.
  std::vector<std::string> categories() const {
    const auto& words = model_.description.vocabulary.words();
    return {words.begin() + kUnknownToken + 1, words.end()};
  }

  /// A box of each category over the whole of each picture, in pixels of a picture twice as large.
  std::filesystem::path write_boxes(const std::vector<std::string>& files) const {
    nlohmann::json boxes;
    for (const auto& category : categories()) boxes["categories"].push_back({{"id", category}, {"name", category}});
    for (const auto& file : files) {
      boxes["images"].push_back({{"id", file}, {"file_name", file}, {"width", 128}, {"height", 128}});
      for (const auto& category : categories())
        boxes["annotations"].push_back({{"image_id", file}, {"category_id", category}, {"bbox", {0, 0, 128, 128}}});
    }
    std::ofstream(folder_ / "boxes.json") << boxes;
    return folder_ / "boxes.json";
  }

  /// A set of which the network saw the upper half: val2014/0.png, all of it boxes where `boxes` says so, and 1.png in another split.
  PreparedDataset write_set(bool with_boxes) const {
    constexpr PictureGeometry kUpperHalf{.width = 128, .height = 256, .crop_width = 128, .crop_height = 128};
    PreparedDatasetWriter writer(folder_ / "set", {.side = 64, .min_word_count = 1}, 2);
    std::vector<NamedBox> boxes;
    for (const auto& category : categories()) {
      if (with_boxes) boxes.push_back({.category = category, .box = {.left = 0, .top = 0, .width = 128, .height = 128}});
    }
    const auto append = [&](const std::string& file, const std::string& split) {
      writer.append({.file = file, .id = {.text = file}, .split = split, .geometry = kUpperHalf, .captions = {"a dog"}},
                    draw_scene(make_scene(7, 0, 64)), boxes);
    };
    append("val2014/0.png", "val");
    append("1.png", "train");
    writer.finish({});
    return PreparedDataset(folder_ / "set");
  }

  static void expect_all_inside(const std::optional<Grounding>& grounding) {
    ASSERT_TRUE(grounding);
    ASSERT_GT(grounding->words, 0);
    EXPECT_EQ(grounding->pointing, 1) << "the boxes are as large as what the network saw";
    EXPECT_NEAR(grounding->mass_in_box, 1, 1e-3);
    EXPECT_NEAR(grounding->box_share, 1, 1e-9);
  }

  TemporaryFolder folder_;
  LoadedModel model_;
};

TEST_F(Examine, LooksAtAllPicturesOfAFolder) {
  const auto found = examine_pictures(model_, {.search = {.max_length = 5}, .images = folder_ / "pictures", .quiet = true});
  EXPECT_EQ(found.health.statistics.captions, 3);
  EXPECT_GT(found.health.steps.sensitivity, 0);
  EXPECT_EQ(found.health.faithfulness.words, found.health.statistics.words);
  EXPECT_FALSE(found.health.grounding);
}

TEST_F(Examine, FindsWhatWordsNameInBoxesOfAnotherScale) {
  const auto found = examine_pictures(model_, {.images = folder_ / "pictures",
                                               .boxes = write_boxes({"scene-000.png", "scene-001.png", "scene-002.png", "absent.png"}),
                                               .quiet = true});
  EXPECT_THAT(found.failures, ElementsAre(HasSubstr("absent.png")));
  expect_all_inside(found.health.grounding);
}

TEST_F(Examine, OfASplitFindsThingsByTheBoxesThatTheSetHolds) {
  const auto found = examine_split(model_, write_set(true), "val", {.quiet = true});
  EXPECT_EQ(found.health.statistics.captions, 1);
  expect_all_inside(found.health.grounding);
}

TEST_F(Examine, OfASplitWithoutBoxesKnowsNothingOfGrounding) {
  const auto found = examine_split(model_, write_set(false), "val", {.quiet = true});
  EXPECT_EQ(found.health.statistics.captions, 1);
  EXPECT_FALSE(found.health.grounding);
}

TEST_F(Examine, OfASplitFindsThePictureOfABoxWithoutTheFoldersOfItsName) {
  const auto found = examine_split(model_, write_set(false), "val", {.boxes = write_boxes({"0.png"}), .quiet = true});
  expect_all_inside(found.health.grounding);
}

TEST_F(Examine, RefusesBoxesOfNoPictureOfTheSplit) {
  const auto set = write_set(true);
  const auto boxes = write_boxes({"1.png"});
  EXPECT_THAT([&] { examine_split(model_, set, "val", {.boxes = boxes, .quiet = true}); },
              ThrowsMessage<Error>(AllOf(HasSubstr("boxes.json"), HasSubstr("1.png"), HasSubstr("val2014/0.png"))));
}

TEST_F(Examine, RefusesAFolderWithoutPictures) {
  std::filesystem::create_directories(folder_ / "empty");
  EXPECT_THROW(examine_pictures(model_, {.images = folder_ / "empty", .quiet = true}), Error);
}

AttentionHealth good() {
  AttentionHealth health;
  health.statistics = {.captions = 30, .words = 300, .entropy = .5, .movement = .5, .change = .5, .border = .2, .border_share = .3};
  health.steps.sensitivity = .1;
  health.grounding = Grounding{.words = 100, .pointing = .8, .pointing_centre = .4, .mass_in_box = .5, .box_share = .2};
  health.faithfulness = {
      .words = 300, .whole = .8, .nothing = .1, .deletion = {.4, .4, .4, .4, .4}, .deletion_random = {.7, .7, .7, .7, .7}};
  return health;
}

std::vector<std::string> reasons(AttentionHealth health) {
  judge(health);
  return health.reasons;
}

TEST(AttentionHealth, IsGoodWhereWeightsDependOnTheWordAndTheWordOnThem) { EXPECT_THAT(reasons(good()), testing::IsEmpty()); }

TEST(AttentionHealth, NamesWhatIsWrong) {
  auto still = good();
  still.statistics.change = 0;
  EXPECT_THAT(reasons(still), ElementsAre(HasSubstr("do not depend on the word")));
  auto deaf = good();
  deaf.steps.sensitivity = 0;
  EXPECT_THAT(reasons(deaf), ElementsAre(HasSubstr("do not depend on the word")));
  auto edge = good();
  edge.statistics.border = .7;  // where even weights have 0.3
  EXPECT_THAT(reasons(edge), ElementsAre(HasSubstr("on the edge")));
  auto blind = good();
  blind.grounding->pointing = .3;
  blind.grounding->mass_in_box = .1;
  EXPECT_THAT(reasons(blind), ElementsAre(HasSubstr("even weights give"), HasSubstr("the middle of the picture")));
  auto idle = good();
  idle.faithfulness.deletion = idle.faithfulness.deletion_random;
  EXPECT_THAT(reasons(idle), ElementsAre(HasSubstr("do not rest on")));
  auto indifferent = good();  // whatever is taken away, next to nothing falls: then many times nothing is nothing
  indifferent.faithfulness.deletion = {.799, .799, .799, .799, .799};
  indifferent.faithfulness.deletion_random = {.8, .8, .8, .8, .8};
  EXPECT_THAT(reasons(indifferent), ElementsAre(HasSubstr("do not rest on")));
  EXPECT_THAT(reasons({}), ElementsAre(HasSubstr("no word")));
}

TEST(AttentionHealth, TellsWhatThereIsTooLittleFor) {
  auto short_ = good();
  short_.statistics.change.reset();
  short_.grounding->words = 19;
  short_.grounding->pointing = 0;
  short_.faithfulness.words = 3;
  judge(short_);
  EXPECT_THAT(short_.reasons, testing::IsEmpty());
  EXPECT_THAT(short_.unjudged,
              ElementsAre(HasSubstr("no caption has two words"), HasSubstr("only 19 words name"), HasSubstr("only 3 words")));
  EXPECT_THAT(to_table(short_), AllOf(HasSubstr("not judged: only 19"), HasSubstr("healthy as far as"), Not(HasSubstr("\nhealthy\n"))));
  EXPECT_EQ(to_json_health(short_)["unjudged"].size(), 3u);
}

TEST(AttentionHealth, IsToldInTheKeysThatOthersRead) {
  auto health = good();
  judge(health);
  const auto json = to_json_health(health);
  EXPECT_EQ(json["healthy"], true);
  EXPECT_EQ(json["pointing"], .8);
  EXPECT_EQ(json["pointing_centre"], .4);
  EXPECT_EQ(json["mass_in_box"], .5);
  EXPECT_EQ(json["box_share"], .2);
  EXPECT_EQ(json["words"], 100);
  EXPECT_TRUE(json["reasons"].empty());
  health.grounding.reset();
  EXPECT_TRUE(to_json_health(health)["pointing"].is_null());
  EXPECT_THAT(to_table(health), AllOf(HasSubstr("\nhealthy\n"), Not(HasSubstr("unhealthy"))));
  health.reasons = {"it is blind"};
  EXPECT_THAT(to_table(health), AllOf(HasSubstr("\nunhealthy: it is blind\n"), Not(HasSubstr("\nhealthy"))));
}

}  // namespace
}  // namespace saccade
