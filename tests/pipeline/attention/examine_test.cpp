#include "pipeline/attention/examine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "pipeline/device.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Examine : public testing::Test {
 protected:
  Examine() : model_(load_model(write_tiny_model(folder_ / "model.safetensors"), torch::kCPU)) {
    write_scene_pictures(folder_ / "pictures", 3);
  }

  /// A box over the whole of each picture, in pixels of a picture twice as large.
  std::filesystem::path write_boxes() const {
    nlohmann::json boxes = {{"categories", {{{"id", 1}, {"name", "dog"}}, {{"id", 2}, {"name", "cat"}}}}};
    for (int i = 0; i < 3; ++i) {
      boxes["images"].push_back({{"id", i}, {"file_name", "scene-00" + std::to_string(i) + ".png"}, {"width", 128}, {"height", 128}});
      for (int category = 1; category <= 2; ++category)
        boxes["annotations"].push_back({{"image_id", i}, {"category_id", category}, {"bbox", {0, 0, 128, 128}}});
    }
    boxes["images"].push_back({{"id", 9}, {"file_name", "absent.png"}});
    boxes["annotations"].push_back({{"image_id", 9}, {"category_id", 1}, {"bbox", {0, 0, 1, 1}}});
    std::ofstream(folder_ / "boxes.json") << boxes;
    return folder_ / "boxes.json";
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
  const auto found = examine_pictures(model_, {.images = folder_ / "pictures", .boxes = write_boxes(), .quiet = true});
  EXPECT_THAT(found.failures, ElementsAre(HasSubstr("absent.png")));
  ASSERT_TRUE(found.health.grounding);
  if (found.health.grounding->words == 0) GTEST_SKIP() << "it named neither dog nor cat";
  EXPECT_EQ(found.health.grounding->pointing, 1) << "the boxes are as large as the pictures";
  EXPECT_NEAR(found.health.grounding->mass_in_box, 1, 1e-3);
  EXPECT_NEAR(found.health.grounding->box_share, 1, 1e-9);
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
  edge.statistics.border = .7;
  EXPECT_THAT(reasons(edge), ElementsAre(HasSubstr("on the edge")));
  auto blind = good();
  blind.grounding->pointing = .3;
  blind.grounding->mass_in_box = .1;
  EXPECT_THAT(reasons(blind), ElementsAre(HasSubstr("even weights give"), HasSubstr("the middle of the picture")));
  auto idle = good();
  idle.faithfulness.deletion = idle.faithfulness.deletion_random;
  EXPECT_THAT(reasons(idle), ElementsAre(HasSubstr("do not rest on")));
  EXPECT_THAT(reasons({}), ElementsAre(HasSubstr("no word")));
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
  EXPECT_NE(to_table(health).find("healthy"), std::string::npos);
}

}  // namespace
}  // namespace saccade
