#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using Transformer = OnEachDevice;
SACCADE_ON_EACH_DEVICE(Transformer);

DecoderConfig transformer_config() {
  auto config = tiny_config();
  config.kind = DecoderKind::kTransformer;
  config.hidden_size = 8;
  config.layers = 3;
  config.heads = 2;
  config.feed_forward_size = 12;
  return config;
}

TEST_P(Transformer, TakesOneWordAStepAndKeepsThoseBefore) {
  const auto decoder = tiny_decoder(device(), 11, transformer_config());
  const auto memory = decoder->prepare(tiny_features(device(), 2));
  auto state = decoder->start(memory, 4);
  for (int64_t t = 0; t < 3; ++t) {
    ASSERT_EQ(state.tensors.size(), 3U);
    for (const auto& tensor : state.tensors) EXPECT_EQ(tensor.sizes(), (std::vector<int64_t>{2, 4, t, 16}));
    state = decoder->step(torch::full({2, 4}, 5, torch::kLong).to(device()), state, memory).state;
  }
}

TEST_P(Transformer, StepsFromTheSameStateTwiceAlike) {
  const auto decoder = tiny_decoder(device(), 11, transformer_config());
  const auto memory = decoder->prepare(tiny_features(device(), 1));
  const auto word = torch::full({1, 2}, 5, torch::kLong).to(device());
  const auto state = decoder->step(word, decoder->start(memory, 2), memory).state;
  const auto first = decoder->step(word, state, memory).logits;
  decoder->step(word + 1, state, memory);
  EXPECT_TRUE(decoder->step(word, state, memory).logits.equal(first));
}

TEST_P(Transformer, RecordsTheHeadsOfEveryLayer) {
  const auto decoder = tiny_decoder(device(), 11, transformer_config());
  const auto memory = decoder->prepare(tiny_features(device(), 2));
  EXPECT_EQ(memory.keys.sizes(), (std::vector<int64_t>{2, 12, 3, 4}));  // keys and values of two heads in three layers
  const auto step = decoder->step(torch::full({2, 4}, 5, torch::kLong).to(device()), decoder->start(memory, 4), memory);
  ASSERT_EQ(step.heads.sizes(), (std::vector<int64_t>{2, 4, 6, 3}));
  EXPECT_CLOSE(step.heads.sum(-1), torch::ones({2, 4, 6}), 1e-6);
}

TEST_P(Transformer, TellsPositionsApart) {
  const auto decoder = tiny_decoder(device(), 11, transformer_config());
  const auto output = decoder->forward(tiny_features(device(), 1), torch::full({1, 1, 3}, 5, torch::kLong).to(device()));
  EXPECT_GT((output.logits[0][0][1] - output.logits[0][0][2]).abs().max().item<double>(), 1e-2);
}

TEST_P(Transformer, WritesCaptionsOfAnyLength) {
  const auto decoder = tiny_decoder(device(), 11, transformer_config());
  const torch::NoGradGuard no_gradients;
  const auto logits = decoder->forward(tiny_features(device(), 1), torch::full({1, 1, 1200}, 5, torch::kLong).to(device())).logits;
  EXPECT_TRUE(logits.isfinite().all().item<bool>());
}

}  // namespace
}  // namespace saccade
