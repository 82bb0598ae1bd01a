#include "pipeline/evaluate_model.h"

#include <gtest/gtest.h>

#include "data/error.h"
#include "pipeline/demo/scene_set.h"
#include "pipeline/device.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

TEST(EvaluateModel, ScoresOneFreelyWrittenCaptionAPicture) {
  const TemporaryFolder folder;
  prepare_scenes(folder / "data", {.side = 64, .train = 5, .validation = 7, .captions_per_picture = 3});
  const PreparedDataset dataset(folder / "data");
  const auto model = load_model(write_tiny_model(folder / "model.safetensors"), torch::kCPU);
  const auto evaluation = evaluate_model(model, dataset, "val", {.search = model.description.search, .batch_pictures = 3}, true);
  ASSERT_EQ(evaluation.records.size(), 7u);
  EXPECT_EQ(evaluation.records[4].image, "scene-9.png");  // the validation scenes follow the training scenes
  std::vector<AnnotatedImage> references;
  for (const int64_t i : dataset.split("val")) {
    const auto& image = dataset.images()[static_cast<std::size_t>(i)];
    references.push_back({.file = image.file, .id = image.id, .captions = image.captions});
  }
  EXPECT_EQ(evaluate_captions(references, evaluation.records).scores.cider, evaluation.report.scores.cider);
  EXPECT_THROW(evaluate_model(model, dataset, "test", {}, true), Error);
}

TEST(EvaluateModel, RefusesPicturesOfAnotherSide) {
  const TemporaryFolder folder;
  prepare_scenes(folder / "data", {.side = 32, .train = 2, .validation = 2, .captions_per_picture = 1});
  const auto model = load_model(write_tiny_model(folder / "model.safetensors"), torch::kCPU);
  EXPECT_THROW(evaluate_model(model, PreparedDataset(folder / "data"), "val", {}, true), Error);
}

}  // namespace
}  // namespace saccade
