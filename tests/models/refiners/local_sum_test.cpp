#include "models/refiners/local_sum.h"

#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using LocalSums = OnEachDevice;
SACCADE_ON_EACH_DEVICE(LocalSums);

std::shared_ptr<RefinerModule> local_sum(const std::vector<RegionBox>& boxes, int64_t neighbourhood, torch::Device device) {
  auto refiner = make_refiner({.kind = RefinerKind::kLocalSum, .neighbourhood = neighbourhood}, 2, boxes);
  refiner->to(device);
  return refiner;
}

TEST_P(LocalSums, OfAGridReachTheSquareAroundEachRegion) {
  const auto origin = local_sum(grid_regions(4), 3, device())->forward(torch::zeros({1, 16, 2}, device())).origin[0].cpu();
  const auto seen = [&](int64_t region) { return (origin[region] > 0).sum().item<int64_t>(); };
  EXPECT_EQ(seen(0), 4);  // a corner
  EXPECT_EQ(seen(1), 6);  // an edge
  EXPECT_EQ(seen(5), 9);
  for (const int64_t neighbour : {0, 1, 2, 4, 5, 6, 8, 9, 10}) EXPECT_GT(origin[5][neighbour].item<double>(), 0) << neighbour;
}

TEST_P(LocalSums, BeginAsTheRegionItselfForTheMostPart) {
  const auto origin = local_sum(grid_regions(5), 3, device())->forward(torch::zeros({1, 25, 2}, device())).origin[0];
  EXPECT_NEAR(origin[12][12].item<double>(), std::exp(2) / (std::exp(2) + 8), 1e-5);
}

TEST_P(LocalSums, OfTwoGridsKeepEachToItself) {
  auto boxes = grid_regions(4);
  const auto coarse = grid_regions(2);
  boxes.insert(boxes.end(), coarse.begin(), coarse.end());
  const auto origin = local_sum(boxes, 3, device())->forward(torch::randn({1, 20, 2}, device())).origin[0].cpu();
  EXPECT_EQ(origin.narrow(0, 0, 16).narrow(1, 16, 4).abs().max().item<double>(), 0);
  EXPECT_EQ(origin.narrow(0, 16, 4).narrow(1, 0, 16).abs().max().item<double>(), 0);
  EXPECT_EQ((origin[16] > 0).sum().item<int64_t>(), 4);
}

TEST_P(LocalSums, LearnToShift) {
  const auto refiner = local_sum(grid_regions(3), 3, device());
  {
    const torch::NoGradGuard no_gradients;
    refiner->named_parameters()["content.weight"].zero_();
    refiner->named_parameters()["place"].zero_()[3] = 50;  // the neighbour to the left
  }
  const auto features = torch::randn({1, 9, 2}, device());
  const auto refined = refiner->forward(features).features[0];
  EXPECT_CLOSE(refined[4], features[0][3], 1e-6);
  EXPECT_CLOSE(refined[8], features[0][7], 1e-6);
}

// Sums of several threads in the order of chance would end every training with other weights.
TEST_P(LocalSums, HaveTheSameGradientEachTime) {
  const auto refiner = local_sum(grid_regions(16), 3, device());
  const auto features = torch::randn({2, 256, 2}, device());
  const auto towards = torch::randn({2, 256, 2}, device());
  at::set_num_threads(2);
  const auto gradients = [&] {
    const auto given = features.clone().requires_grad_();
    (refiner->forward(given).features * towards).sum().backward();
    auto rows = std::vector<torch::Tensor>{given.grad().flatten()};
    for (auto& parameter : refiner->parameters()) {
      rows.push_back(parameter.grad().flatten().clone());
      parameter.mutable_grad().reset();
    }
    return torch::cat(rows);
  };
  const auto first = gradients();
  for (int again = 0; again < 20; ++again) ASSERT_TRUE(gradients().equal(first)) << again;
}

TEST_P(LocalSums, RefuseOtherRegionsThanTheyWereMadeFor) {
  EXPECT_THROW(local_sum(grid_regions(3), 3, device())->forward(torch::zeros({1, 4, 2}, device())), c10::Error);
}

}  // namespace
}  // namespace saccade
