#include "models/kernels/additive_attention_step.h"

#include "models/kernels/additive_scores.h"
#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using AdditiveAttentionStep = OnEachDevice;
SACCADE_ON_EACH_DEVICE(AdditiveAttentionStep);

TEST_P(AdditiveAttentionStep, EqualsThePlainTensorOperations) {
  const torch::NoGradGuard no_gradients;  // on the GPU: the kernel
  // One of each, more sequences than a block takes, sizes that fill no warp, and a picture of more regions than threads.
  for (const auto& [pictures, sequences, regions, size, features] :
       {std::tuple{1, 1, 1, 1, 1}, {3, 5, 49, 512, 1664}, {2, 16, 7, 33, 65}, {2, 9, 300, 31, 300}, {1, 8, 196, 64, 256}}) {
    const auto random = [&](at::IntArrayRef shape) { return torch::randn(shape).to(device()); };
    const auto queries = random({pictures, sequences, size}), keys = random({pictures, regions, size}), score = random({size}),
               values = random({pictures, regions, features});
    const auto [context, weights, scores] = additive_attention_step(queries, keys, score, values);
    const auto expected = additive_scores_plain(queries.cpu(), keys.cpu(), score.cpu()).softmax(-1);
    EXPECT_CLOSE(weights, expected, 1e-5);  // float32 sums of A terms in another order
    EXPECT_CLOSE(context, expected.bmm(values.cpu()), 5e-5);
    ASSERT_NE(scores.defined(), device().is_cuda()) << "the kernel keeps none";
    if (scores.defined()) {
      EXPECT_CLOSE(scores.softmax(-1), weights, 1e-6);
    }
  }
}

TEST_P(AdditiveAttentionStep, GivesGradientsWhereTheyAreWanted) {
  const auto options = torch::TensorOptions().device(device());
  const auto queries = torch::randn({2, 3, 4}, options), keys = torch::randn({2, 5, 4}, options), values = torch::randn({2, 5, 6}, options);
  auto score = torch::randn({4}, options).requires_grad_();
  std::get<0>(additive_attention_step(queries, keys, score, values)).sum().backward();
  EXPECT_GT(score.grad().abs().max().item<double>(), 0);
}

TEST_P(AdditiveAttentionStep, TakesNoPicturesAndSlices) {
  const torch::NoGradGuard no_gradients;
  const auto wide = torch::randn({2, 3, 9}, device()), keys = torch::randn({2, 5, 4}, device()), values = torch::randn({2, 5, 6}, device());
  const auto score = torch::randn({4}, device());
  const auto slice = wide.narrow(2, 3, 4);
  const auto sliced = std::get<0>(additive_attention_step(slice, keys, score, values));
  EXPECT_CLOSE(sliced, std::get<0>(additive_attention_step(slice.contiguous(), keys, score, values)), 1e-6);
  const auto none = std::get<0>(additive_attention_step(slice.narrow(0, 0, 0), keys.narrow(0, 0, 0), score, values.narrow(0, 0, 0)));
  EXPECT_EQ(none.sizes(), (std::vector<int64_t>{0, 3, 6}));
}

}  // namespace
}  // namespace saccade
