#include "pipeline/captioning/caption_split.h"

#include <gtest/gtest.h>

#include "data/error.h"
#include "pipeline/demo/scene_set.h"
#include "pipeline/device.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

TEST(CaptionSplit, WritesOneCaptionAPictureBesideWhatPeopleWrote) {
  const TemporaryFolder folder;
  prepare_scenes(folder / "data", {.side = 64, .train = 5, .validation = 7, .captions_per_picture = 3});
  const PreparedDataset dataset(folder / "data");
  const auto model = load_model(write_tiny_model(folder / "model.safetensors"), torch::kCPU);
  const auto captioned = caption_split(model, dataset, "val", {.search = model.description.search, .batch_pictures = 3}, true);
  ASSERT_EQ(captioned.records.size(), 7u);
  EXPECT_EQ(captioned.records[4].image, "scene-9.png");  // the validation scenes follow the training scenes
  const auto indices = dataset.split("val");
  ASSERT_EQ(captioned.references.size(), indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const auto& image = dataset.images()[static_cast<std::size_t>(indices[i])];
    EXPECT_EQ(captioned.references[i].captions, image.captions);
    EXPECT_EQ(captioned.records[i].id, image.id);
  }
  EXPECT_THROW(caption_split(model, dataset, "test", {}, true), Error);
}

TEST(CaptionSplit, RefusesPicturesOfAnotherSide) {
  const TemporaryFolder folder;
  prepare_scenes(folder / "data", {.side = 32, .train = 2, .validation = 2, .captions_per_picture = 1});
  const auto model = load_model(write_tiny_model(folder / "model.safetensors"), torch::kCPU);
  EXPECT_THROW(caption_split(model, PreparedDataset(folder / "data"), "val", {}, true), Error);
}

}  // namespace
}  // namespace saccade
