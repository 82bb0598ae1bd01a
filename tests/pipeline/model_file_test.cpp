#include "pipeline/model_file.h"

#include <gmock/gmock.h>

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
