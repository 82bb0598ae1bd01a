#include "pipeline/comparison/test_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/text/tokenizer.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

const SceneSetOptions kScenes{.side = 32, .train = 4, .validation = 3};

/// Boxes of all words of the captions of picture i, by what the material knows and by the scene itself.
void expect_boxes_of_scene(const TestMaterial& material, std::size_t i, const Scene& scene) {
  int64_t named = 0;
  for (const auto& caption : material.references()[i].captions) {
    const auto words = tokenize_words(caption);
    const auto known = material.boxes()(i, words), expected = word_boxes(scene, words);
    ASSERT_EQ(known.size(), expected.size());
    for (std::size_t t = 0; t < known.size(); ++t) {
      ASSERT_EQ(known[t].size(), expected[t].size()) << caption << ": " << words[t];
      for (std::size_t box = 0; box < known[t].size(); ++box, ++named)
        EXPECT_NEAR(known[t][box].left, expected[t][box].left, 1e-4);  // float32
    }
  }
  EXPECT_GT(named, 0);
}

TEST(MaterialOfASplit, IsItsPicturesWithTheirCaptionsAndBoxes) {
  const TemporaryFolder folder;
  prepare_scenes(folder / "set", kScenes);
  const PreparedDataset dataset(folder / "set");
  const auto material = material_of(dataset, "val", 2);
  ASSERT_EQ(material->references().size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto index = kScenes.train + static_cast<int64_t>(i);
    EXPECT_EQ(material->references()[i].file, dataset.images()[static_cast<std::size_t>(index)].file);
    EXPECT_EQ(material->references()[i].captions, dataset.images()[static_cast<std::size_t>(index)].captions);
    EXPECT_EQ(material->picture(i).picture.rgb, dataset.picture(index).rgb);
    EXPECT_FALSE(material->is_true(i, "a red circle")) << "of pictures nobody can tell";
    expect_boxes_of_scene(*material, i, make_scene(kScenes.seed, static_cast<uint64_t>(index), kScenes.side));
  }
  EXPECT_EQ(material->description(), (nlohmann::json{{"data", dataset.fingerprint()}, {"split", "val"}, {"pictures", 2}}));
  EXPECT_EQ(material_of(dataset, "val", 0)->references().size(), 3u);
  EXPECT_EQ(material_of(dataset, "val", 9)->description()["pictures"], 3);
}

TEST(MaterialOfASplit, HasBoxesOnTheOriginals) {
  const TemporaryFolder folder;
  PreparedDatasetWriter writer(folder / "set", {.side = 32, .min_word_count = 1}, 2);
  const auto picture = draw_scene(make_scene(1, 0, 32));
  const PixelBox box{.left = 60, .top = 20, .width = 30, .height = 50};
  const PreparedImage image{.file = "a.jpg",
                            .id = {.text = "a"},
                            .split = "train",
                            .geometry = {.width = 200, .height = 100, .left = 50, .crop_width = 100, .crop_height = 100},
                            .captions = {"a dog"}};
  auto without = image;
  without.split = "val";
  writer.append(image, picture, {{.category = "dog", .box = box}});
  writer.append(without, picture);
  writer.finish({});
  const PreparedDataset dataset(folder / "set");
  const auto found = material_of(dataset, "train", 0)->boxes()(0, {"a", "dog"});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].empty());
  ASSERT_EQ(found[1].size(), 1u);
  EXPECT_NEAR(found[1][0].left, box.left, 1e-4);  // float32
  EXPECT_NEAR(found[1][0].bottom(), box.bottom(), 1e-4);
  EXPECT_FALSE(material_of(dataset, "val", 0)->boxes()) << "there nothing is known";
}

TEST(MaterialOfScenes, IsWhatNoSplitHolds) {
  const auto material = scene_material(kScenes, 2);
  ASSERT_EQ(material->references().size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto scene = held_out_scene(kScenes, static_cast<int64_t>(i));
    EXPECT_EQ(material->picture(i).picture.rgb, draw_scene(scene).rgb);
    EXPECT_EQ(material->is_true(i, material->references()[i].captions.front()), true);
    EXPECT_EQ(material->is_true(i, "nonsense"), false);
    expect_boxes_of_scene(*material, i, scene);
  }
  auto expected = to_source(kScenes);
  expected["pictures"] = 2;
  EXPECT_EQ(material->description(), expected);
}

}  // namespace
}  // namespace saccade
