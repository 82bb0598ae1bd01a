// Every refiner against plain PyTorch (refiners.py): what it gives, every gradient, and ten steps of training.
#include "models/refiners/refiner.h"
#include "tests/parity/reference.h"

namespace saccade {
namespace {

constexpr int64_t kFeatureSize = 12;  // as in refiners.py

struct Case {
  std::string name;
  RefinerConfig config;
  std::vector<RegionBox> boxes;
};

std::vector<RegionBox> two_grids() {
  auto boxes = grid_regions(3);
  const auto coarse = grid_regions(2);
  boxes.insert(boxes.end(), coarse.begin(), coarse.end());
  return boxes;
}

std::vector<Case> all_cases() {
  const auto blocks = [](int64_t count, int64_t heads, bool project = false) {
    return RefinerConfig{.kind = RefinerKind::kSelfAttention,
                         .size = 8,
                         .project = project,
                         .hidden_size = 7,
                         .blocks = count,
                         .heads = heads,
                         .dropout = 0};
  };
  return {
      {"squeeze_excitation", {.kind = RefinerKind::kSqueezeExcitation, .hidden_size = 7}, {}},
      {"saliency", {.kind = RefinerKind::kSaliency, .hidden_size = 7}, {}},
      {"local_sum", {.kind = RefinerKind::kLocalSum}, grid_regions(4)},
      {"local_sum_wide", {.kind = RefinerKind::kLocalSum, .neighbourhood = 5}, grid_regions(4)},
      {"structured", {.kind = RefinerKind::kStructured, .hidden_size = 7, .hops = 4}, {}},
      {"self_attention", blocks(2, 3), grid_regions(3)},
      {"self_attention_two_grids", blocks(3, 2), two_grids()},
      {"projected_self_attention", blocks(1, 2, true), grid_regions(3)},
  };
}

class RefinerParity : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(Kinds, RefinerParity, testing::ValuesIn(all_cases()), [](const auto& info) { return info.param.name; });

/// As in refiners.py: every output must matter.
torch::Tensor loss_of(const Refined& refined, const torch::Tensor& target) {
  auto loss = (refined.features - target).square().mean();
  if (refined.saliency.defined()) loss = loss + 0.1 * refined.saliency.square().sum();
  if (refined.origin.defined() && refined.origin.requires_grad()) loss = loss + refined.origin.square().sum();
  if (refined.penalty.defined()) loss = loss + 0.3 * refined.penalty;
  return loss;
}

TEST_P(RefinerParity, HasPyTorchsOutputsGradientsAndLossCurve) {
  const auto name = "refiners/" + GetParam().name;
  SACCADE_NEEDS_REFERENCE(name);
  at::set_num_threads(1);
  const auto reference = read_reference(name);
  const auto refiner = make_refiner(GetParam().config, kFeatureSize, GetParam().boxes);
  const auto report = load_weights(*refiner, reference.weights);
  ASSERT_TRUE(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty());

  const auto features = reference.tensors.at("features").clone().requires_grad_();
  const auto target = reference.tensors.at("target").clone();
  const auto refined = refiner->forward(features);
  std::map<std::string, torch::Tensor> results = {
      {"features", refined.features}, {"origin", refined.origin}, {"saliency", refined.saliency}, {"penalty", refined.penalty}};
  for (std::size_t i = 0; i < refined.maps.size(); ++i) results["map" + std::to_string(i)] = refined.maps[i];
  for (const auto& [key, value] : results) {
    const auto truth = reference.tensors.find("result_" + key);
    ASSERT_EQ(value.defined(), truth != reference.tensors.end()) << key;
    if (value.defined()) {
      EXPECT_LT(relative_error(value, truth->second), 1e-5) << key;  // float32 sums in another order
    }
  }

  const auto loss = loss_of(refined, target);
  EXPECT_LT(relative_error(loss, reference.tensors.at("total")), 1e-5);
  loss.backward();
  EXPECT_LT(relative_error(features.grad(), reference.gradients.at("features")), 1e-4);
  for (const auto& parameter : refiner->named_parameters()) {
    EXPECT_LT(relative_error(parameter.value().grad(), reference.gradients.at(parameter.key())), 1e-4) << parameter.key();
  }

  torch::optim::Adam adam(refiner->parameters(), torch::optim::AdamOptions(0.01));
  const auto curve = reference.tensors.at("curve").clone();
  for (int64_t i = 0; i < curve.size(0); ++i) {
    adam.zero_grad();
    const auto step_loss = loss_of(refiner->forward(features.detach()), target);
    step_loss.backward();
    adam.step();
    EXPECT_NEAR(step_loss.item<double>(), curve[i].item<double>(), 1e-3) << "step " << i;  // Adam amplifies the rounding of small gradients
  }
}

}  // namespace
}  // namespace saccade
