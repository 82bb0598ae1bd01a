// `saccade evaluate --attention`, the program itself, on a small model of random weights.
#include <gtest/gtest.h>

#include "models/shapes.h"
#include "tests/support/run_program.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

class ExamineAttentionCommand : public testing::Test {
 protected:
  ExamineAttentionCommand() { write_scene_pictures(folder_ / "pictures", 2); }

  /// COCO instances in which every word of the model names something in the left half of each picture.
  std::string boxes() const {
    nlohmann::json instances;
    for (int picture = 0; picture < 2; ++picture)
      instances["images"].push_back(
          {{"id", picture}, {"file_name", "scene-00" + std::to_string(picture) + ".png"}, {"width", 64}, {"height", 64}});
    const auto vocabulary = tiny_description().vocabulary;
    for (auto word = kFirstWordToken; word < vocabulary.size(); ++word) {
      instances["categories"].push_back({{"id", word}, {"name", vocabulary.word(word)}});
      for (int picture = 0; picture < 2; ++picture)
        instances["annotations"].push_back({{"image_id", picture}, {"category_id", word}, {"bbox", {0, 0, 32, 64}}});
    }
    std::ofstream(folder_ / "instances.json") << instances;
    return path("instances.json");
  }
  ProgramResult examine(std::vector<std::string> more) const {
    more.insert(more.begin(), {"evaluate", "--attention", "--quiet"});
    return RunningProgram(SACCADE_PROGRAM, more).wait();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  TemporaryFolder folder_;
  std::string model_ = write_tiny_model(folder_ / "model.safetensors");
};

TEST_F(ExamineAttentionCommand, TellsWhetherItLooksAtWhatWordsName) {
  const auto result = examine({"--model", model_, "--device", "cpu", "--images", path("pictures"), "--boxes", boxes(), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto health = nlohmann::json::parse(result.output);
  EXPECT_GT(health["words"], 0);
  for (const auto* share : {"pointing", "pointing_centre", "mass_in_box"}) {
    ASSERT_TRUE(health.contains(share) && health[share].is_number()) << share << " in " << result.output;
    EXPECT_GE(health[share], 0) << share;
    EXPECT_LE(health[share], 1 + 1e-6) << share;
  }
  EXPECT_NEAR(health["box_share"].get<double>(), .5, 1e-3) << "the left half";
  EXPECT_TRUE(health["reasons"].is_array());
  EXPECT_EQ(health["healthy"], health["reasons"].empty());
}

TEST_F(ExamineAttentionCommand, KnowsNothingOfGroundingWithoutBoxes) {
  const auto result = examine({"--model", model_, "--device", "cpu", "--images", path("pictures"), "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const auto health = nlohmann::json::parse(result.output);
  EXPECT_EQ(health["words"], 0);
  for (const auto* share : {"pointing", "pointing_centre", "mass_in_box", "box_share"}) {
    EXPECT_TRUE(health.contains(share)) << share;
    EXPECT_TRUE(health[share].is_null()) << share;
  }
}

TEST_F(ExamineAttentionCommand, RefusesACommandLineThatCannotBeMeant) {
  EXPECT_EQ(examine({"--images", path("pictures")}).exit_code, 2) << "no model";
  EXPECT_EQ(examine({"--model", model_}).exit_code, 2) << "no pictures";
  EXPECT_EQ(examine({"--model", model_, "--images", path("pictures"), "--data", path("x")}).exit_code, 2) << "two sets of pictures";
  EXPECT_EQ(examine({"--model", model_, "--images", path("pictures"), "--intervals"}).exit_code, 2) << "of scores";
  const auto absent = examine({"--model", model_, "--device", "cpu", "--images", path("absent")});
  EXPECT_EQ(absent.exit_code, 1);
  EXPECT_NE(absent.errors.find(path("absent")), std::string::npos) << absent.errors;
}

}  // namespace
}  // namespace saccade
