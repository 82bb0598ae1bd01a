#include "models/refiners/self_attention.h"

#include "models/refiners/box_encoding.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using SelfAttentionBlocks = OnEachDevice;
SACCADE_ON_EACH_DEVICE(SelfAttentionBlocks);

std::vector<RegionBox> two_grids() {
  auto boxes = grid_regions(3);
  const auto coarse = grid_regions(1);
  boxes.insert(boxes.end(), coarse.begin(), coarse.end());
  return boxes;
}

std::shared_ptr<RefinerModule> blocks(int64_t count, torch::Device device, double dropout = 0) {
  auto refiner = make_refiner({.kind = RefinerKind::kSelfAttention, .hidden_size = 5, .blocks = count, .heads = 2, .dropout = dropout}, 6,
                              two_grids());
  refiner->to(device);
  return refiner;
}

TEST(BoxEncoding, TellsAllRegionsOfTwoGridsApart) {
  const auto encoding = box_encoding(two_grids());  // the middle of the fine grid and the whole picture share their centre
  ASSERT_EQ(encoding.sizes(), (std::vector<int64_t>{10, kBoxEncodingSize}));
  const auto distances = torch::cdist(encoding, encoding) + torch::eye(10) * 100;
  EXPECT_GT(distances.min().item<double>(), 0.5);
}

TEST(BoxEncoding, IsOfTheBoxAloneWhateverStandsBesideIt) {
  EXPECT_TRUE(box_encoding(two_grids())[9].equal(box_encoding(grid_regions(1))[0]));
}

TEST_P(SelfAttentionBlocks, KeepTheMapOfEveryHead) {
  const auto refined = blocks(3, device())->forward(torch::randn({2, 10, 6}, device()));
  ASSERT_EQ(refined.maps.size(), 3U);
  for (const auto& map : refined.maps) {
    EXPECT_EQ(map.sizes(), (std::vector<int64_t>{2, 2, 10, 10}));
    EXPECT_CLOSE(map.sum(-1), torch::ones({2, 2, 10}), 1e-6);
  }
}

TEST_P(SelfAttentionBlocks, SeeWhereARegionLies) {
  const auto refined = blocks(1, device())->forward(torch::ones({1, 10, 6}, device())).features[0];  // nothing but the place differs
  EXPECT_GT((refined[0] - refined[1]).abs().max().item<double>(), 1e-3);
}

TEST_P(SelfAttentionBlocks, ThatAddNothingLeaveEachRegionItsOrigin) {
  const auto refiner = blocks(2, device());
  {
    const torch::NoGradGuard no_gradients;
    for (auto& parameter : refiner->named_parameters()) {
      if (parameter.key().find("look_output") != std::string::npos) parameter.value().zero_();
    }
  }
  EXPECT_CLOSE(refiner->forward(torch::randn({1, 10, 6}, device())).origin[0], torch::eye(10), 1e-6);
}

TEST_P(SelfAttentionBlocks, ThatDrownARegionInWhatTheyAddGiveItsOriginAway) {
  const auto refiner = blocks(1, device());
  {
    const torch::NoGradGuard no_gradients;
    for (auto& parameter : refiner->named_parameters()) {
      if (parameter.key().find("look_output") != std::string::npos) parameter.value().mul_(1e6);
    }
  }
  const auto refined = refiner->forward(torch::randn({1, 10, 6}, device()));
  EXPECT_CLOSE(refined.origin, refined.maps[0].mean(1), 1e-4);
}

TEST_P(SelfAttentionBlocks, DropOutOnlyInTraining) {
  const auto refiner = blocks(2, device(), 0.5);
  const auto features = torch::randn({1, 10, 6}, device());
  const auto refined = [&] { return refiner->forward(features).features; };
  EXPECT_FALSE(refined().equal(refined()));
  refiner->eval();
  EXPECT_TRUE(refined().equal(refined()));
}

TEST_P(SelfAttentionBlocks, KeepNothingInTheModelFileThatTheConfigSaysAgain) {
  EXPECT_TRUE(blocks(2, device())->named_buffers().is_empty());
}

}  // namespace
}  // namespace saccade
