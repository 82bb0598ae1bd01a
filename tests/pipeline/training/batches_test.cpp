#include "pipeline/training/batches.h"

#include <gmock/gmock.h>

#include <set>

#include "data/error.h"
#include "models/shapes.h"
#include "pipeline/demo/scene_set.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

class Batches : public testing::Test {
 protected:
  Batches() { prepare_scenes(folder_ / "data", {.side = 32, .train = 50, .validation = 4, .captions_per_picture = 4}); }

  BatchPlanner planner() const { return {PreparedDataset(folder_ / "data"), config_}; }

  TemporaryFolder folder_;
  TrainingConfig config_{.batch_pictures = 8, .captions_per_picture = 2, .flips = true};
};

TEST_F(Batches, OfAnEpochHoldEveryPictureOnce) {
  const auto batches = planner();
  for (const int64_t epoch : {0, 1}) {
    std::multiset<int64_t> seen;
    for (const auto& pictures : batches.plan(epoch)) {
      const auto images = batches.make(pictures, epoch).images;
      for (int64_t i = 0; i < images.size(0); ++i) seen.insert(images[i].item<int64_t>());
    }
    EXPECT_EQ(seen.size(), 50u);
    EXPECT_EQ(std::set<int64_t>(seen.begin(), seen.end()).size(), 50u);
  }
  EXPECT_EQ(std::ssize(batches.plan(0)), batches.batches());
}

TEST_F(Batches, DependOnSeedAndEpochAlone) {
  const auto one = planner(), another = planner();
  EXPECT_EQ(one.plan(3), another.plan(3));
  EXPECT_NE(one.plan(3), one.plan(4));
  const auto pictures = one.plan(3).front();
  const auto a = one.make(pictures, 3), b = another.make(pictures, 3);
  EXPECT_TRUE(torch::equal(a.tokens, b.tokens));
  EXPECT_TRUE(torch::equal(a.mirrored, b.mirrored));
  config_.seed += 1;
  EXPECT_NE(planner().plan(3), one.plan(3));
}

TEST_F(Batches, FrameCaptionsByStartEndAndPadding) {
  const auto batches = planner();
  const auto tokens = batches.make(batches.plan(0).front(), 0).tokens;
  EXPECT_EQ(tokens.size(1), 2);
  for (int64_t b = 0; b < tokens.size(0); ++b) {
    for (int64_t k = 0; k < tokens.size(1); ++k) {
      const auto caption = tokens[b][k];
      EXPECT_EQ(caption[0].item<int64_t>(), kStartToken);
      EXPECT_EQ((caption == kEndToken).sum().item<int64_t>(), 1);
      const auto end = (caption == kEndToken).nonzero().item<int64_t>();
      EXPECT_TRUE((caption.slice(0, end + 1) == kPadToken).all().item<bool>());
      EXPECT_FALSE((caption.slice(0, 0, end) == kPadToken).any().item<bool>());
    }
  }
}

TEST_F(Batches, OfLaterEpochsShowOtherCaptions) {
  const auto batches = planner();
  const auto pictures = batches.plan(0).front();
  std::set<std::string> seen;
  for (int64_t epoch = 0; epoch < 10; ++epoch) {
    std::ostringstream text;
    text << batches.make({pictures.front()}, epoch).tokens;
    seen.insert(text.str());
  }
  EXPECT_GT(seen.size(), 2u);
}

TEST_F(Batches, NameTheSplitsWhereOneIsUnknown) {
  config_.train_split = "trian";
  EXPECT_THROW(planner(), Error);
}

}  // namespace
}  // namespace saccade
