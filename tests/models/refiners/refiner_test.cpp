// What holds of every refiner.
#include "models/refiners/refiner.h"

#include "models/mixed_precision.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Refiner = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Refiner);

constexpr int64_t kSide = 4, kRegions = kSide * kSide, kSize = 6;

std::vector<RefinerConfig> all_refiners() {
  std::vector<RefinerConfig> configs;
  for (const auto kind : {RefinerKind::kProjection, RefinerKind::kSqueezeExcitation, RefinerKind::kSaliency, RefinerKind::kLocalSum,
                          RefinerKind::kStructured, RefinerKind::kSelfAttention}) {
    for (const bool project : {false, true}) {
      configs.push_back({.kind = kind, .size = 8, .project = project, .hidden_size = 5, .hops = 3, .heads = 2});
    }
  }
  return configs;
}

std::string name(const RefinerConfig& config) { return nlohmann::json(config).dump(); }

std::shared_ptr<RefinerModule> random_refiner(const RefinerConfig& config, torch::Device device) {
  auto refiner = make_refiner(config, kSize, grid_regions(kSide));
  const torch::NoGradGuard no_gradients;
  for (auto& parameter : refiner->parameters()) parameter.normal_();
  refiner->to(device);
  refiner->eval();
  return refiner;
}

TEST_P(Refiner, GivesAsManyChannelsAsItSays) {
  for (const auto& config : all_refiners()) {
    const auto refiner = random_refiner(config, device());
    const auto refined = refiner->forward(torch::randn({2, kRegions, kSize}, device()));
    EXPECT_EQ(refiner->feature_size(), config.project || config.kind == RefinerKind::kProjection ? 8 : kSize) << name(config);
    const int64_t regions = config.kind == RefinerKind::kStructured ? config.hops : kRegions;
    EXPECT_EQ(refined.features.sizes(), (std::vector<int64_t>{2, regions, refiner->feature_size()})) << name(config);
    EXPECT_EQ(refined.features.scalar_type(), torch::kFloat);
  }
}

TEST_P(Refiner, SaysOfWhatEachRegionIsMadeWhereItMixesThem) {
  for (const auto& config : all_refiners()) {
    const bool mixes =
        config.kind == RefinerKind::kLocalSum || config.kind == RefinerKind::kStructured || config.kind == RefinerKind::kSelfAttention;
    const auto refiner = random_refiner(config, device());
    const auto features = torch::randn({2, kRegions, kSize}, device()).requires_grad_();
    const auto refined = refiner->forward(features);
    ASSERT_EQ(refined.origin.defined(), mixes) << name(config);
    if (mixes) {
      EXPECT_EQ(refined.origin.sizes(), (std::vector<int64_t>{2, refined.features.size(1), kRegions})) << name(config);
      EXPECT_CLOSE(refined.origin.sum(-1), torch::ones({2, refined.features.size(1)}), 1e-5) << name(config);  // float32 rounding
      EXPECT_GE(refined.origin.min().item<double>(), 0) << name(config);
    } else if (config.kind == RefinerKind::kProjection) {  // the rest hear of the whole picture, but each region stays where it is
      const auto gradient = torch::autograd::grad({refined.features[0][1].square().sum()}, {features})[0];
      EXPECT_EQ(gradient[0][2].abs().max().item<double>(), 0) << name(config);
    }
  }
}

TEST_P(Refiner, RefinesAPictureAloneAsAmongOthers) {
  for (const auto& config : all_refiners()) {
    const auto refiner = random_refiner(config, device());
    const auto features = torch::randn({3, kRegions, kSize}, device());
    const auto together = refiner->forward(features).features;
    for (int64_t b = 0; b < 3; ++b) {
      EXPECT_CLOSE(refiner->forward(features.narrow(0, b, 1)).features, together.narrow(0, b, 1), 2e-5);  // float32 sums in another order
    }
  }
}

TEST_P(Refiner, EveryParameterReceivesAGradient) {
  for (const auto& config : all_refiners()) {
    const auto refiner = random_refiner(config, device());
    const auto refined = refiner->forward(torch::randn({2, kRegions, kSize}, device())).features;
    (refined * torch::randn_like(refined)).sum().backward();
    for (const auto& parameter : refiner->named_parameters()) {
      ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key() << name(config);
      EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key() << name(config);
    }
  }
}

TEST_P(Refiner, RefinesAlikeInMixedPrecision) {
  for (const auto& config : all_refiners()) {
    const auto refiner = make_refiner(config, kSize, grid_regions(kSide));
    refiner->to(device());
    refiner->eval();
    const auto features = torch::randn({2, kRegions, kSize}, device());
    const auto exact = refiner->forward(features);
    const MixedPrecision precision(device(), torch::kBFloat16);
    const auto mixed = refiner->forward(features);
    EXPECT_EQ(mixed.features.scalar_type(), torch::kFloat) << name(config);
    EXPECT_LT(((mixed.features - exact.features).norm() / exact.features.norm()).item<double>(), 0.03)
        << name(config);  // 8 bits: 0.4 % each
    if (mixed.origin.defined()) {
      EXPECT_EQ(mixed.origin.scalar_type(), torch::kFloat) << name(config);
      EXPECT_CLOSE(mixed.origin.sum(-1), torch::ones({1}), 1e-5) << name(config);
    }
  }
}

TEST_P(Refiner, SaliencyLetsARegionThroughByWhatItIsBesideTheRest) {
  const auto refiner = random_refiner({.kind = RefinerKind::kSaliency, .hidden_size = 5}, device());
  const auto features = torch::randn({1, 4, kSize}, device());
  const auto refined = refiner->forward(features);
  ASSERT_EQ(refined.saliency.sizes(), (std::vector<int64_t>{1, 4}));
  EXPECT_CLOSE(refined.features, features * refined.saliency.unsqueeze(-1), 1e-6);
  const auto louder = torch::cat({features.narrow(1, 0, 1), features.narrow(1, 1, 3) * 4}, 1);
  EXPECT_GT((refiner->forward(louder).saliency[0][0] - refined.saliency[0][0]).abs().item<double>(), 1e-4);
}

TEST_P(Refiner, SqueezeExcitationGatesChannelsAlikeInAllRegions) {
  const auto refiner = random_refiner({.kind = RefinerKind::kSqueezeExcitation, .hidden_size = 5}, device());
  const auto features = torch::rand({1, 4, kSize}, device()) + 1;
  const auto gate = refiner->forward(features).features / features;
  EXPECT_CLOSE(gate, gate.narrow(1, 0, 1).expand_as(gate), 1e-6);
  EXPECT_GT(gate.std().item<double>(), 1e-3);
}

/// What make_refiner says of a config that it refuses.
std::string refusal_of(const RefinerConfig& config, const std::vector<RegionBox>& boxes = grid_regions(2)) {
  try {
    make_refiner(config, 6, boxes);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(MakeRefiner, RefusesWhatCannotBeAndNamesTheKey) {
  EXPECT_EQ(refusal_of({.size = 0}), "decoder.refiner.size: is 0; it must be positive");
  EXPECT_EQ(refusal_of({.hidden_size = -1}), "decoder.refiner.hidden_size: is -1; it must be positive");
  EXPECT_EQ(refusal_of({.hops = 0}), "decoder.refiner.hops: is 0; it must be positive");
  EXPECT_EQ(refusal_of({.neighbourhood = 4}), "decoder.refiner.neighbourhood: is 4; it must be odd, to have a middle");
  EXPECT_EQ(refusal_of({.blocks = 0}), "decoder.refiner.blocks: is 0; it must be positive");
  EXPECT_EQ(refusal_of({.heads = 0}), "decoder.refiner.heads: is 0; it must be positive");
  EXPECT_EQ(refusal_of({.dropout = 1}), "decoder.refiner.dropout: must be at least 0 and below 1");
  EXPECT_EQ(refusal_of({.kind = RefinerKind::kSelfAttention, .heads = 4}),
            "decoder.refiner.heads: is 4; it must divide the size of the regions, 6");
  EXPECT_EQ(refusal_of({.kind = RefinerKind::kSelfAttention, .size = 8, .project = true, .heads = 4}), "");
  EXPECT_EQ(refusal_of({.kind = RefinerKind::kLocalSum}, {}), "decoder.refiner.kind: needs to know where the regions lie");
}

TEST(MakeRefiner, ProjectsOnceWhereOnlyThatIsAsked) {
  EXPECT_EQ(make_refiner({}, 6), nullptr);
  const auto names = [](const RefinerConfig& config) { return make_refiner(config, 6)->named_parameters().keys(); };
  EXPECT_EQ(names({.project = true}), names({.kind = RefinerKind::kProjection}));
  EXPECT_EQ(names({.kind = RefinerKind::kProjection, .project = true}), names({.kind = RefinerKind::kProjection}));
}

TEST(MakeRefiner, ReadsWhatConfigsSaidBeforeThereWereOtherKinds) {
  const auto config = nlohmann::json::parse(R"({"kind": "projection", "size": 24})").get<RefinerConfig>();
  EXPECT_EQ(config.kind, RefinerKind::kProjection);
  EXPECT_EQ(make_refiner(config, 6)->feature_size(), 24);
}

}  // namespace
}  // namespace saccade
