#include "pipeline/captioning/region_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "pipeline/captioning/caption_batch.h"
#include "tests/support/tiny_kinds.h"

namespace saccade {
namespace {

using testing::HasSubstr;

const std::vector<int64_t> kInside = {9, 10, 17, 18, 25, 26};

TEST(RegionSearch, SeesNothingButTheRegionsInEveryKindOfModel) {
  for (const auto& kind : known_kinds()) {
    SCOPED_TRACE(kind.name);
    const auto model = tiny_model_of(kind.patch);
    const torch::NoGradGuard no_gradients;
    const auto regions = std::ssize(model.captioner->encoder->regions(64));
    const auto features = torch::randn({2, regions, model.captioner->encoder->feature_size()});
    auto others = torch::randn_like(features);
    const auto indices = torch::tensor(kInside, torch::kLong);
    others.index_copy_(1, indices, features.index_select(1, indices));

    RegionSearch search(model);
    const auto found = search.search(features, kInside, model.description.search);
    const auto again = search.search(others, kInside, model.description.search);
    for (std::size_t b = 0; b < 2; ++b) {
      const auto& best = found[b].front();
      EXPECT_EQ(best.tokens, again[b].front().tokens) << "what lies outside changed the caption";
      ASSERT_EQ(best.weights.sizes(), (std::vector<int64_t>{std::ssize(best.tokens), regions}));
      const auto sums = best.weights.index_select(1, indices).sum(1);
      EXPECT_LT((sums - 1).abs().max().item<double>(), 1e-4);
      EXPECT_LT((best.weights.sum(1) - 1).abs().max().item<double>(), 1e-4) << "some weight lies outside";
    }
    EXPECT_NE(found[0].front().log_probability, found[1].front().log_probability) << "the pictures differ inside";
  }
}

TEST(RegionSearch, OfAllRegionsIsTheCaptionOfThePicture) {
  for (const auto* kind : {"additive", "self_attention"}) {
    const auto model = tiny_model_of(tiny_kind(kind));
    const torch::NoGradGuard no_gradients;
    const auto regions = std::ssize(model.captioner->encoder->regions(64));
    const auto features = torch::randn({1, regions, model.captioner->encoder->feature_size()});
    std::vector<int64_t> all(static_cast<std::size_t>(regions));
    std::iota(all.begin(), all.end(), 0);
    const auto found = RegionSearch(model).search(features, all, model.description.search);
    const auto whole = beam_search(*model.captioner->decoder, features, model.description.search);
    EXPECT_EQ(found[0][0].tokens, whole[0][0].tokens) << kind;
    EXPECT_LT((found[0][0].weights - whole[0][0].weights).abs().max().item<double>(), 1e-5) << kind;
  }
}

TEST(CaptionBatch, CaptionsAPlaceOfPicturesOfAnySize) {
  const auto model = tiny_model_of(tiny_kind("additive"));
  std::vector<FittedPicture> pictures;
  for (const int side : {64, 96, 64})
    pictures.push_back(fit_picture(draw_scene(make_scene(7, pictures.size(), side)), 64, FitMode::kSquash));
  BatchCaptioner captioner(
      model, {.search = model.description.search, .attention = AttentionDetail::kRecord, .region = RegionPrompt{.box = {64, 0, 32, 32}}});
  const auto records = captioner.caption(pictures);
  EXPECT_THAT(records[0].error, HasSubstr("the picture is 64 × 64 pixels"));
  EXPECT_THAT(records[2].error, HasSubstr("lies beside the picture"));
  ASSERT_EQ(records[1].error, "");
  ASSERT_TRUE(records[1].region);
  EXPECT_EQ(records[1].region->left, 64);
  for (const auto& weights : records[1].attention->weights) {
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const auto& box = records[1].attention->regions[i];
      if ((box.left + box.right) / 2 < 2.0 / 3 || (box.top + box.bottom) / 2 > 1.0 / 3) {
        EXPECT_EQ(weights[i], 0) << i;
      }
    }
  }
}

}  // namespace
}  // namespace saccade
