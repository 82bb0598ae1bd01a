#include "models/refiners/refiner.h"

#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Projection = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Projection);

const RefinerConfig kConfig{.kind = RefinerKind::kProjection, .size = 4};

TEST_P(Projection, MakesLoudAndQuietChannelsCountAlike) {
  const auto refiner = make_refiner(kConfig, kTinyFeatureSize);
  refiner->to(device());
  refiner->train();
  const auto features = tiny_features(device(), 6);
  const auto louder = features * torch::tensor({1.0, 100.0, 3.0, 0.5, 20.0}).to(features) + 7;
  const auto refined = refiner->forward(features).features;
  ASSERT_EQ(refined.sizes(), (std::vector<int64_t>{6, 3, 4}));
  EXPECT_CLOSE(refiner->forward(louder).features, refined, 1e-3);  // batch norm adds 1e-5 to each variance
}

TEST_P(Projection, RefinesAPictureAloneAsAmongOthersOnceTrained) {
  const auto refiner = make_refiner(kConfig, kTinyFeatureSize);
  refiner->to(device());
  refiner->train();
  for (int i = 0; i < 3; ++i) refiner->forward(tiny_features(device(), 6));
  refiner->eval();
  const auto features = tiny_features(device(), 3);
  const auto together = refiner->forward(features).features;
  for (int64_t b = 0; b < 3; ++b) EXPECT_CLOSE(refiner->forward(features.narrow(0, b, 1)).features, together.narrow(0, b, 1), 1e-6);
}

}  // namespace
}  // namespace saccade
