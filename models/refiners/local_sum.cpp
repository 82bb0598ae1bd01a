#include "models/refiners/local_sum.h"

#include <cmath>
#include <limits>

namespace saccade {
namespace {

/// Index of the step from one box to the other in a square of `side` steps; side² where they are no neighbours.
int64_t step_between(const RegionBox& from, const RegionBox& to, int64_t side) {
  const auto none = side * side, reach = side / 2;
  const double width = from.right - from.left, height = from.bottom - from.top;
  if (width <= 0 || height <= 0) return none;
  const double wider = (to.right - to.left) / width, higher = (to.bottom - to.top) / height;
  if (wider < 0.75 || wider > 1.5 || higher < 0.75 || higher > 1.5) return none;  // of another grid, whose sides would differ by 2
  const auto across = std::lround((to.left + to.right - from.left - from.right) / (2 * width));
  const auto down = std::lround((to.top + to.bottom - from.top - from.bottom) / (2 * height));
  if (std::abs(across) > reach || std::abs(down) > reach) return none;
  return (down + reach) * side + across + reach;
}

}  // namespace

LocalSumImpl::LocalSumImpl(const RefinerConfig& config, int64_t feature_size, const std::vector<RegionBox>& boxes)
    : feature_size_(feature_size) {
  const auto regions = static_cast<int64_t>(boxes.size()), side = config.neighbourhood, centre = side * side / 2;
  steps_ = torch::empty({regions, regions}, torch::kLong);
  auto steps = steps_.accessor<int64_t, 2>();
  for (int64_t from = 0; from < regions; ++from) {
    for (int64_t to = 0; to < regions; ++to) steps[from][to] = step_between(boxes[from], boxes[to], side);
    steps[from][from] = centre;  // even where a box has no size
  }
  place_ = torch::zeros(side * side);
  place_[centre] = 2;  // begins as itself for the most part: e² to the 1 of each neighbour
  register_parameter("place", place_);
  content_ = register_module("content", torch::nn::Linear(torch::nn::LinearOptions(feature_size, 1).bias(false)));
}

void LocalSumImpl::to(torch::Device device, bool non_blocking) {
  RefinerModule::to(device, non_blocking);
  steps_ = steps_.to(device, non_blocking);  // no buffer, which a model file would hold
}

Refined LocalSumImpl::forward(const torch::Tensor& features) {
  TORCH_CHECK(features.size(1) == steps_.size(0), "features have ", features.size(1), " regions, not the ", steps_.size(0),
              " that the refiner was made for");
  const auto never = place_.new_full({1}, -std::numeric_limits<double>::infinity());
  // [R, R]; not by index(), whose gradient is summed in the order of chance where there are many regions.
  const auto places = torch::embedding(torch::cat({place_, never}).unsqueeze(1), steps_).squeeze(-1);
  const auto scores = places + content_(features).to(features.scalar_type()).transpose(1, 2);  // [B, R, R]
  const auto weights = scores.softmax(-1);
  return {.features = weights.bmm(features).to(features.scalar_type()), .origin = weights};
}

}  // namespace saccade
