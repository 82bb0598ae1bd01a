#include "models/kernels/additive_scores.h"

#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using AdditiveScores = OnEachDevice;
SACCADE_ON_EACH_DEVICE(AdditiveScores);

TEST_P(AdditiveScores, AndTheirGradientsEqualThePlainTensorOperations) {
  at::set_num_threads(2);
  for (const auto& [pictures, sequences, regions, size] : {std::tuple{1, 1, 1, 1}, {2, 5, 49, 33}, {3, 2, 7, 512}}) {
    const auto options = torch::TensorOptions().device(device());
    std::vector<torch::Tensor> inputs = {3 * torch::randn({pictures, sequences, size}, options),
                                         3 * torch::randn({pictures, regions, size}, options), torch::randn({size}, options)};
    const auto weight = torch::randn({pictures, sequences, regions}, options);
    for (auto& input : inputs) input.requires_grad_();
    const auto by_hand = additive_scores(inputs[0], inputs[1], inputs[2]);
    const auto plain = additive_scores_plain(inputs[0], inputs[1], inputs[2]);
    EXPECT_CLOSE(by_hand, plain, 1e-6 * size);  // a tanh of 2e-7 for each of A terms
    const auto gradients = torch::autograd::grad({(by_hand * weight).sum()}, inputs);
    const auto expected = torch::autograd::grad({(plain * weight).sum()}, inputs);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      EXPECT_CLOSE(gradients[i], expected[i], 1e-5 * std::max<double>(1, expected[i].abs().max().item<double>()))
          << i;  // float32 sums, likewise
    }
  }
}

TEST_P(AdditiveScores, OfHeadsAreThoseOfEachHeadsPart) {
  auto queries = torch::randn({2, 3, 8}, device()).requires_grad_(), keys = torch::randn({2, 4, 5, 2}, device()).requires_grad_(),
       score = torch::randn({8}, device()).requires_grad_();
  const std::vector<torch::Tensor> inputs = {queries, keys, score};
  const auto together = additive_scores_by_heads(queries, keys, score);  // [B, N, K, L]
  std::vector<torch::Tensor> parts;
  for (int64_t n = 0; n < 4; ++n) {
    parts.push_back(additive_scores_plain(queries.narrow(2, 2 * n, 2), keys.select(1, n), score.narrow(0, 2 * n, 2)));
  }
  const auto apart = torch::stack(parts, 1);
  EXPECT_CLOSE(together, apart, 2e-6);  // a tanh of 2e-7 for each of two terms
  const auto weight = torch::randn({2, 4, 3, 5}, device());
  const auto gradients = torch::autograd::grad({(together * weight).sum()}, inputs);
  const auto expected = torch::autograd::grad({(apart * weight).sum()}, inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i) EXPECT_CLOSE(gradients[i], expected[i], 1e-5) << i;
}

TEST_P(AdditiveScores, StaySaneForLargeAndInfiniteSums) {
  const auto infinity = std::numeric_limits<float>::infinity();
  const auto keys = torch::tensor({-infinity, -1e30F, -50.F, -9.F, 0.F, 9.F, 50.F, 1e30F, infinity}).view({1, 9, 1}).to(device());
  const auto one = torch::ones({1, 1, 1}, device());
  EXPECT_CLOSE(additive_scores(0 * one, keys, one[0][0]), keys.tanh().view({1, 1, 9}), 2e-7);
}

TEST_P(AdditiveScores, TakeSlicesAndOtherTypes) {
  const auto wide = torch::randn({2, 3, 8}, device()), keys = torch::randn({2, 4, 5}, device()), score = torch::randn({5}, device());
  const auto slice = wide.narrow(2, 1, 5);
  EXPECT_CLOSE(additive_scores(slice, keys, score), additive_scores_plain(slice, keys, score), 5e-6);
  const auto exact = additive_scores(slice.to(torch::kDouble), keys.to(torch::kDouble), score.to(torch::kDouble));
  EXPECT_EQ(exact.scalar_type(), torch::kDouble);
}

}  // namespace
}  // namespace saccade
