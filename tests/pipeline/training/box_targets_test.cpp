#include "pipeline/training/box_targets.h"

#include <gmock/gmock.h>

#include <sstream>

#include "data/error.h"
#include "data/scenes/scene.h"
#include "models/shapes.h"
#include "pipeline/attention/named_things.h"
#include "pipeline/demo/scene_set.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::HasSubstr;

constexpr int kSide = 32;

/// One picture whose left half is a dog, and whose lower left quarter a ball.
class BoxTargets : public testing::Test {
 protected:
  BoxTargets() {
    PreparedDatasetWriter writer(folder_ / "set", {.side = kSide, .min_word_count = 1}, 2);
    const Picture picture{.width = kSide, .height = kSide, .rgb = std::vector<uint8_t>(3 * kSide * kSide)};
    const NamedBox dog{.category = "dog", .box = {.left = 0, .top = 0, .width = kSide / 2., .height = kSide}},
        ball{.category = "sports ball", .box = {.left = 0, .top = kSide / 2., .width = kSide / 2., .height = kSide / 2.}};
    const auto image = [](const std::string& split) {
      return PreparedImage{
          .file = split, .id = {.text = split}, .split = split, .geometry = whole_picture(kSide), .captions = {"a dog and a ball"}};
    };
    writer.append(image("train"), picture, {dog, ball});
    writer.append(image("val"), picture);
    writer.finish({});
  }

  Batch batch(bool is_mirrored, std::vector<std::vector<std::string>> captions) const {
    const PreparedDataset dataset(folder_ / "set");
    Batch batch{.images = torch::tensor({int64_t{0}}),
                .mirrored = torch::full({1}, is_mirrored, torch::kBool),
                .tokens = torch::full({1, std::ssize(captions), 7}, kPadToken, torch::kLong)};
    for (int64_t k = 0; k < std::ssize(captions); ++k) {
      auto& words = captions[static_cast<std::size_t>(k)];
      words.insert(words.begin(), "<start>");
      words.emplace_back("<end>");
      for (int64_t t = 0; t < std::ssize(words); ++t) batch.tokens[0][k][t] = dataset.vocabulary().id(words[static_cast<std::size_t>(t)]);
    }
    return batch;
  }

  torch::Tensor targets(const Batch& batch, const std::vector<RegionBox>& regions = grid_regions(2)) const {
    return box_targets(batch, PreparedDataset(folder_ / "set"), regions);
  }

  TemporaryFolder folder_;
};

TEST_F(BoxTargets, StandWhereTheWordIsWritten) {
  const auto inside = targets(batch(false, {{"a", "dog", "and", "a", "ball"}, {"ball"}}));
  ASSERT_EQ(inside.sizes(), torch::IntArrayRef({1, 2, 6, 4}));
  auto expected = torch::zeros({1, 2, 6, 4});
  expected[0][0][1] = torch::tensor({1.0f, 0.0f, 1.0f, 0.0f});
  expected[0][0][4] = expected[0][1][0] = torch::tensor({0.0f, 0.0f, 1.0f, 0.0f});
  EXPECT_TRUE(inside.equal(expected)) << inside;
}

TEST_F(BoxTargets, OfAMirroredPictureAreMirrored) {
  const auto inside = targets(batch(true, {{"dog"}}));
  EXPECT_TRUE(inside[0][0][0].equal(torch::tensor({0.0f, 1.0f, 0.0f, 1.0f}))) << inside;
}

TEST_F(BoxTargets, AreSharesOfRegionsAndNothingWhereARegionHasNoPlace) {
  auto regions = grid_regions(1);
  regions.push_back({0, 0, 0, 0});
  const auto inside = targets(batch(false, {{"dog", "ball"}}), regions);
  EXPECT_TRUE(inside[0][0][0].equal(torch::tensor({0.5f, 0.0f}))) << inside;
  EXPECT_TRUE(inside[0][0][1].equal(torch::tensor({0.25f, 0.0f}))) << inside;
}

TEST_F(BoxTargets, NeedBoxesInTheSplitThatIsTrained) {
  const PreparedDataset dataset(folder_ / "set");
  EXPECT_NO_THROW(require_boxes(dataset, "train"));
  try {
    require_boxes(dataset, "val");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("training.loss.grounding"));
    EXPECT_THAT(error.what(), HasSubstr("--boxes"));
  }
}

TEST(BoxTargetsOfScenes, AreThoseThatGroundingIsMeasuredBy) {
  const TemporaryFolder folder;
  const SceneSetOptions options{.side = 64, .train = 20, .validation = 1};
  prepare_scenes(folder / "set", options);
  const PreparedDataset dataset(folder / "set");
  int64_t named = 0;
  for (int64_t i = 0; i < options.train; ++i) {
    const auto scene = make_scene(options.seed, static_cast<uint64_t>(i), options.side);
    for (const auto& caption : dataset.images()[static_cast<std::size_t>(i)].captions) {
      std::istringstream stream(caption);
      std::vector<std::string> words;
      for (std::string word; stream >> word;) words.push_back(word);
      const auto known = boxes_of_words(words, dataset, i), expected = word_boxes(scene, words);
      ASSERT_EQ(known.size(), expected.size());
      for (std::size_t t = 0; t < known.size(); ++t) {
        ASSERT_EQ(known[t].size(), expected[t].size()) << caption << ": " << words[t];
        named += known[t].empty() ? 0 : 1;
        for (std::size_t box = 0; box < known[t].size(); ++box) EXPECT_NEAR(known[t][box].left, expected[t][box].left, 1e-4);  // float32
      }
    }
  }
  EXPECT_GT(named, 5 * options.train);
}

}  // namespace
}  // namespace saccade
