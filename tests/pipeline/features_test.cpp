#include "pipeline/features.h"

#include <gmock/gmock.h>

#include <csignal>

#include "data/error.h"
#include "data/files/safetensors.h"
#include "models/captioner.h"
#include "models/load_weights.h"
#include "pipeline/demo/scene_set.h"
#include "pipeline/model_file.h"
#include "pipeline/stop_signal.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

class Features : public testing::Test {
 protected:
  Features() {
    prepare_scenes(folder_ / "data", {.side = 32, .train = 20, .validation = 4, .captions_per_picture = 1});
    torch::manual_seed(1);
    config_.weights = (folder_ / "encoder.safetensors").string();
    write_safetensors(config_.weights, named_weights(*make_encoder({.architecture = EncoderArchitecture::kScene})));
  }

  FeatureCache cache(bool mirrored = false) const {
    return cache_features(PreparedDataset(folder_ / "data"), config_, {.mirrored = mirrored, .quiet = true});
  }
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "data")) {
      if (entry.path().filename().string().find("features-") != std::string::npos) found.push_back(entry.path());
    }
    return found;
  }

  TemporaryFolder folder_;
  EncoderConfig config_{.architecture = EncoderArchitecture::kScene, .picture_size = 32};
};

TEST_F(Features, AreWhatTheEncoderSaysOfEachPictureAndItsMirrorImage) {
  const auto cached = cache(true);
  const PreparedDataset dataset(folder_ / "data");
  const auto encoder = make_encoder(config_);
  load_encoder_weights(*encoder, config_);
  encoder->eval();
  const torch::NoGradGuard no_gradients;
  for (const int64_t i : {0, 17, 23}) {  // of the first batch, of the second, the last
    const auto pixels = dataset.pixels().narrow(0, i, 1);
    const auto upright = encoder->forward(normalise_pictures(pixels, config_)).to(torch::kFloat);
    const auto mirrored = encoder->forward(normalise_pictures(pixels.flip(2), config_)).to(torch::kFloat);
    // bfloat16 has 8 bits: the cache is computed in it where the machine is fast at it.
    EXPECT_LT((cached.features[i].to(torch::kFloat) - upright[0]).abs().max().item<float>(), 0.05f * upright.abs().max().item<float>());
    EXPECT_LT((cached.mirrored[i].to(torch::kFloat) - mirrored[0]).abs().max().item<float>(), 0.05f * mirrored.abs().max().item<float>());
  }
}

TEST_F(Features, AreComputedOnceAndAnewForOtherWeights) {
  cache();
  ASSERT_EQ(files().size(), 1u);
  const auto written = std::filesystem::last_write_time(files().front());
  cache();
  EXPECT_EQ(std::filesystem::last_write_time(files().front()), written);
  torch::manual_seed(2);
  write_safetensors(config_.weights, named_weights(*make_encoder({.architecture = EncoderArchitecture::kScene})));
  cache();
  EXPECT_EQ(files().size(), 2u);
}

TEST_F(Features, StoppedByASignalLeaveNoFileThatLooksWhole) {
  const StopSignal stop;
  raise(SIGTERM);
  EXPECT_THROW(cache(), Stopped);
  ASSERT_EQ(files().size(), 1u);
  EXPECT_TRUE(files().front().filename().string().starts_with(".")) << "a hidden start, for the next call to go on with";
}

TEST_F(Features, TakeTheEncoderOfAModelThatWasTrainedHere) {
  write_tiny_model(folder_ / "model.safetensors");
  const auto model = load_model(folder_ / "model.safetensors", torch::kCPU);
  auto config = model.description.model.encoder;
  config.weights = (folder_ / "model.safetensors").string();
  const auto encoder = make_encoder(config);
  load_encoder_weights(*encoder, config);
  const auto expected = named_weights(*model.captioner->encoder), found = named_weights(*encoder);
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& [name, tensor] : expected) EXPECT_TRUE(found.at(name).equal(tensor)) << name;
}

TEST_F(Features, OfAFrozenEncoderNeedWeights) {
  config_.weights.clear();
  EXPECT_THROW(cache(), Error);
}

}  // namespace
}  // namespace saccade
