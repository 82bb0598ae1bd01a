#include "models/refiners/structured_attention.h"

#include "models/caption_loss.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Structured = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Structured);

std::shared_ptr<RefinerModule> structured(int64_t hops, torch::Device device) {
  auto refiner = make_refiner({.kind = RefinerKind::kStructured, .hidden_size = 12, .hops = hops}, kTinyFeatureSize);
  refiner->to(device);
  return refiner;
}

TEST_P(Structured, HopsAreSumsOfRegionsByTheirOrigin) {
  const auto features = tiny_features(device(), 2, 6);
  const auto refined = structured(4, device())->forward(features);
  EXPECT_CLOSE(refined.features, refined.origin.bmm(features), 1e-6);
}

TEST_P(Structured, PenaltyIsTheSquaredFrobeniusNormOfTheHopsOverlapLessOne) {
  const auto refined = structured(4, device())->forward(tiny_features(device(), 3, 6));
  double expected = 0;
  for (int64_t b = 0; b < 3; ++b) {
    for (int64_t i = 0; i < 4; ++i) {
      for (int64_t j = 0; j < 4; ++j) {
        const auto overlap = refined.origin[b][i].dot(refined.origin[b][j]).item<double>() - (i == j ? 1 : 0);
        expected += overlap * overlap / 3;
      }
    }
  }
  EXPECT_NEAR(refined.penalty.item<double>(), expected, 1e-5);
}

TEST_P(Structured, PenaltyDrivesHopsApart) {
  const auto refiner = structured(3, device());
  const auto features = tiny_features(device(), 1, 6);
  torch::optim::Adam adam(refiner->parameters(), torch::optim::AdamOptions(0.05));
  for (int i = 0; i < 200; ++i) {
    adam.zero_grad();
    refiner->forward(features).penalty.backward();
    adam.step();
  }
  const auto most = refiner->forward(features).origin[0].argmax(-1).cpu();
  EXPECT_NE(most[0].item<int64_t>(), most[1].item<int64_t>());
  EXPECT_NE(most[0].item<int64_t>(), most[2].item<int64_t>());
  EXPECT_NE(most[1].item<int64_t>(), most[2].item<int64_t>());
}

TEST_P(Structured, PenaltyEntersTheLossByItsShare) {
  auto config = tiny_config();
  config.refiner = {.kind = RefinerKind::kStructured, .hidden_size = 4, .hops = 2};
  const auto decoder = tiny_decoder(device(), 9, config);
  const auto tokens = torch::tensor({{{1, 4, 5, 2}}}, torch::kLong).to(device());
  const auto output = decoder->forward(tiny_features(device(), 1), tokens.narrow(2, 0, 3));
  const auto total = [&](double share) { return caption_loss(output, tokens, {.hop_penalty = share}).total.item<double>(); };
  EXPECT_NEAR(total(0.5) - total(0), 0.5 * output.penalty.item<double>(), 1e-5);
}

}  // namespace
}  // namespace saccade
