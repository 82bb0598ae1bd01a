#include <gtest/gtest.h>
#include <torch/script.h>

#include <fstream>

#include "models/encoders/encoder.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

// A TorchScript file whose forward is `body`; it may use the parameter `weight` [5, 3, 8, 8].
std::string save_script(const TemporaryFolder& folder, const std::string& body) {
  torch::manual_seed(5);
  torch::jit::Module script("encoder");
  script.register_parameter("weight", torch::randn({5, 3, 8, 8}), /*is_buffer=*/false);
  script.define("def forward(self, x):\n    " + body + "\n");
  const auto path = (folder / "encoder.pt").string();
  script.save(path);
  return path;
}

EncoderConfig script_config(const std::string& path) {
  EncoderConfig config;
  config.architecture = EncoderArchitecture::kTorchScript;
  config.picture_size = 32;
  config.weights = path;
  return config;
}

std::string refusal(const EncoderConfig& config) {
  try {
    make_encoder(config);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(TorchScriptEncoder, GivesTheRegionsOfAGrid) {
  const TemporaryFolder folder;
  const auto path = save_script(folder, "return torch.conv2d(x, self.weight, None, [8, 8])");
  const auto encoder = make_encoder(script_config(path));
  const auto weight = torch::jit::load(path).attr("weight").toTensor();
  const auto pictures = torch::randn({2, 3, 32, 32});
  const auto wanted = torch::conv2d(pictures, weight, {}, 8).flatten(2).transpose(1, 2);  // [B, L, D]
  EXPECT_EQ(encoder->feature_size(), 5);
  EXPECT_EQ(encoder->regions(32).size(), 16u);
  EXPECT_TRUE(encoder->forward(pictures).equal(wanted));
  encoder->optimise_for_inference(torch::kBFloat16);
  EXPECT_TRUE(encoder->forward(pictures).equal(wanted));
}

TEST(TorchScriptEncoder, TakesASequenceOfRegionsAsItIs) {
  const TemporaryFolder folder;
  const auto encoder =
      make_encoder(script_config(save_script(folder, "return torch.conv2d(x, self.weight, None, [8, 8]).flatten(2).transpose(1, 2)")));
  EXPECT_EQ(encoder->feature_size(), 5);
  EXPECT_EQ(encoder->forward(torch::randn({1, 3, 40, 40})).sizes(), (std::vector<int64_t>{1, 25, 5}));
  EXPECT_EQ(encoder->regions(40).size(), 25u);
}

TEST(TorchScriptEncoder, TellsWhatIsWrongWithAFile) {
  const TemporaryFolder folder;
  EXPECT_NE(refusal(script_config((folder / "absent.pt").string())).find("absent.pt: no such file"), std::string::npos);

  std::ofstream(folder / "text.pt") << "weights";
  EXPECT_NE(refusal(script_config((folder / "text.pt").string())).find("not a TorchScript file"), std::string::npos);

  EXPECT_NE(refusal(script_config(save_script(folder, "return x.mean()"))).find("gives []"), std::string::npos);
  EXPECT_NE(refusal(script_config(save_script(folder, "return (x, x)"))).find("gives a Tuple"), std::string::npos);
  EXPECT_NE(refusal(script_config(save_script(folder, "return x.matmul(self.weight)"))).find("fails on pictures [2, 3, 32, 32]"),
            std::string::npos);
}

TEST(TorchScriptEncoder, HasOneGridOnly) {
  auto config = script_config("any.pt");
  config.layer = RegionLayer::kStride16;
  EXPECT_NE(refusal(config).find("set encoder.layer to \"last\""), std::string::npos);
}

}  // namespace
}  // namespace saccade
