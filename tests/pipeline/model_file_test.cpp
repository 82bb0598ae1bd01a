#include "pipeline/model_file.h"

#include <gmock/gmock.h>
#include <torch/script.h>

#include "data/error.h"
#include "data/files/safetensors.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

class ModelFile : public testing::Test {
 protected:
  /// What load_model says of the good weights with this text as their description.
  std::string refusal(const std::string& description) {
    const auto path = folder_ / "hostile.safetensors";
    write_safetensors(path, good_.tensors(), {{"saccade", description}});
    try {
      load_model(path, torch::kCPU);
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.find(path.string()), 0U) << message;
      return message;
    }
    return "(accepted)";
  }

  TemporaryFolder folder_;
  SafetensorsFile good_{write_tiny_model(folder_ / "model.safetensors")};
  nlohmann::json description_ = nlohmann::json::parse(good_.metadata().at("saccade"));
};

TEST_F(ModelFile, GivesBackWhatWasSaved) {
  const auto model = load_model(folder_ / "model.safetensors", torch::kCPU);
  EXPECT_EQ(nlohmann::json(model.description.model), nlohmann::json(tiny_description().model));
  EXPECT_EQ(nlohmann::json(model.description.search), nlohmann::json(tiny_description().search));
  EXPECT_EQ(model.description.vocabulary.words(), tiny_description().vocabulary.words());
  EXPECT_FALSE(model.captioner->is_training());
}

TEST_F(ModelFile, HoldsATorchScriptEncoderWhole) {
  torch::jit::Module script("encoder");
  script.register_parameter("weight", torch::randn({5, 3, 8, 8}), /*is_buffer=*/false);
  script.define("def forward(self, x):\n    return torch.conv2d(x, self.weight, None, [8, 8])\n");
  script.save((folder_ / "encoder.pt").string());
  auto description = tiny_description();
  description.model.encoder.architecture = EncoderArchitecture::kTorchScript;
  description.model.encoder.weights = (folder_ / "encoder.pt").string();
  Captioner captioner(description.model, description.vocabulary.size());
  const auto pictures = torch::randint(256, {2, 64, 64, 3}, torch::kUInt8);
  const torch::NoGradGuard no_gradients;
  const auto expected = captioner->encoder->forward(normalise_pictures(pictures, description.model.encoder));
  save_model(folder_ / "scripted.safetensors", description, captioner);
  std::filesystem::remove(folder_ / "encoder.pt");
  EXPECT_TRUE(torch::equal(load_model(folder_ / "scripted.safetensors", torch::kCPU).encode(pictures), expected));
}

TEST_F(ModelFile, RefusesTextThatIsNoDescription) {
  for (const std::string text : {"", "{", "[]", "null", "{\"format\":1,\"format\":1}", "{}"})
    EXPECT_NE(refusal(text), "(accepted)") << text;
  EXPECT_NE(refusal(std::string(100'000, '[')), "(accepted)");  // would overflow the stack of a careless reader
}

TEST_F(ModelFile, RefusesImpossibleDescriptionsAndNamesTheKey) {
  const auto changed = [&](const std::string& pointer, const nlohmann::json& value) {
    auto description = description_;
    description[nlohmann::json::json_pointer(pointer)] = value;
    return refusal(description.dump());
  };
  EXPECT_THAT(changed("/decoder/hidden_size", 1'000'000'000'000), testing::HasSubstr("hidden_size"));  // 4 TB of weights, were they made
  EXPECT_THAT(changed("/decoder/hidden_size", "many"), testing::HasSubstr("hidden_size"));
  EXPECT_THAT(changed("/decoder/hiden_size", 32), testing::HasSubstr("hiden_size"));
  EXPECT_THAT(changed("/encoder/picture_size", -64), testing::HasSubstr("picture_size"));
  EXPECT_THAT(changed("/encoder/architecture", "resnet51"), testing::HasSubstr("architecture"));
  EXPECT_THAT(changed("/format", 77), testing::HasSubstr("format 77"));
  EXPECT_THAT(changed("/vocabulary", nlohmann::json::array()), testing::HasSubstr("vocabulary"));
  EXPECT_NE(changed("/decoder/embedding_size", 48), "(accepted)");  // weights of another shape
}

// Else a file of a kilobyte would make gigabytes of weights before it is refused.
TEST_F(ModelFile, RefusesSizesThatItsWeightsAreTooFewFor) {
  for (const auto* patch :
       {R"({"hidden_size": 60000})", R"({"embedding_size": 60000})", R"({"attention": {"size": 60000}})",
        R"({"kind": "stacked_lstm", "layers": 64, "hidden_size": 1024})", R"({"kind": "transformer", "feed_forward_size": 60000})",
        R"({"refiner": {"kind": "projection", "size": 60000}})",
        R"({"refiner": {"kind": "structured", "hops": 1000, "hidden_size": 60000}})",
        R"({"refiner": {"kind": "self_attention", "project": true, "blocks": 64, "size": 60000}})"}) {
    auto description = description_;
    description["decoder"].merge_patch(nlohmann::json::parse(patch));
    EXPECT_THAT(refusal(description.dump()), testing::HasSubstr("too few")) << patch;
  }
}

TEST_F(ModelFile, RefusesWeightsThatAreMissingOrTooMany) {
  auto tensors = good_.tensors();
  tensors["decoder.surplus"] = torch::zeros({1});
  write_safetensors(folder_ / "surplus.safetensors", tensors, good_.metadata());
  EXPECT_THROW(load_model(folder_ / "surplus.safetensors", torch::kCPU), Error);
  tensors.erase("decoder.surplus");
  tensors.erase(tensors.begin());
  write_safetensors(folder_ / "missing.safetensors", tensors, good_.metadata());
  EXPECT_THROW(load_model(folder_ / "missing.safetensors", torch::kCPU), Error);
}

}  // namespace
}  // namespace saccade
