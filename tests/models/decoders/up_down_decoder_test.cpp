#include "tests/models/tiny_decoder.h"

namespace saccade {
namespace {

using UpDown = OnEachDevice;
SACCADE_ON_EACH_DEVICE(UpDown);

std::shared_ptr<DecoderModule> up_down(torch::Device device) {
  auto config = tiny_config();
  config.kind = DecoderKind::kUpDown;
  return tiny_decoder(device, 11, config);
}

TEST_P(UpDown, LooksWithTheWordJustWritten) {
  const auto decoder = up_down(device());
  const auto tokens = torch::tensor({{{1, 5}, {1, 6}}}, torch::kLong).to(device());
  const auto weights = decoder->forward(tiny_features(device(), 1), tokens).weights;
  EXPECT_CLOSE(weights[0][0][0], weights[0][1][0], 1e-6);
  EXPECT_GT((weights[0][0][1] - weights[0][1][1]).abs().max().item<double>(), 1e-3);
}

TEST_P(UpDown, CarriesTwoLstms) {
  const auto decoder = up_down(device());
  const auto memory = decoder->prepare(tiny_features(device(), 2));
  const auto state = decoder->start(memory, 3);
  ASSERT_EQ(state.tensors.size(), 2U);
  for (const auto& tensor : state.tensors) EXPECT_EQ(tensor.sizes(), (std::vector<int64_t>{2, 3, 2, 7}));
}

}  // namespace
}  // namespace saccade
