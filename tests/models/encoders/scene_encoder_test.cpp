#include <gtest/gtest.h>

#include "models/encoders/encoder.h"

namespace saccade {
namespace {

// Pictures of one coloured square each, and what is to be told of them: colour, and place by quarter.
struct Squares {
  torch::Tensor pictures;  // [B, 3, 32, 32]
  torch::Tensor labels;    // [B] long: 4 · colour + quarter
};

// Squares at four heights within their quarter: `first`, `first` + 2, ...
Squares squares(int64_t first) {
  constexpr int64_t kCount = 3 * 4 * 4;
  auto pictures = torch::full({kCount, 3, 32, 32}, -1.0);
  auto labels = torch::zeros({kCount}, torch::kLong);
  for (int64_t b = 0; b < kCount; ++b) {
    const int64_t colour = b % 3, quarter = b / 3 % 4;
    const int64_t top = quarter / 2 * 16 + b / 12 * 2 + first, left = quarter % 2 * 16 + 4;
    pictures[b][colour].slice(0, top, top + 8).slice(1, left, left + 8).fill_(1);
    labels[b] = 4 * colour + quarter;
  }
  return {pictures, labels};
}

// The mean over the regions forgets where a feature was found, so quarters can be told apart only if regions know their place.
TEST(SceneEncoder, LearnsColoursAndPlaces) {
  torch::manual_seed(3);
  EncoderConfig config;
  config.picture_size = 32;
  const auto encoder = make_encoder(config);
  torch::nn::Linear classifier(encoder->feature_size(), 12);
  auto parameters = encoder->parameters();
  for (const auto& parameter : classifier->parameters()) parameters.push_back(parameter);
  torch::optim::Adam optimiser(parameters, 2e-3);

  const auto [pictures, labels] = squares(0);
  for (int step = 0; step < 40; ++step) {
    optimiser.zero_grad();
    const auto logits = classifier(encoder->forward(pictures).mean(1));  // [B, 12]
    torch::cross_entropy_loss(logits, labels).backward();
    optimiser.step();
  }

  const torch::NoGradGuard no_gradients;
  encoder->eval();
  const auto unseen = squares(1);  // squares at other heights
  const auto right =
      classifier(encoder->forward(unseen.pictures).mean(1)).argmax(1).eq(unseen.labels).to(torch::kFloat32).mean().item<double>();
  EXPECT_GT(right, 0.9);  // chance is 0.08
}

}  // namespace
}  // namespace saccade
