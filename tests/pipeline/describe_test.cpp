#include "pipeline/describe.h"

#include <gmock/gmock.h>

#include <fstream>

#include "data/error.h"
#include "data/files/safetensors.h"
#include "pipeline/demo/scene_set.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

using testing::HasSubstr;

TEST(Describe, TellsAModelADataSetARunAndPlainTensorsApart) {
  const TemporaryFolder folder;
  const auto model = describe(write_tiny_model(folder / "model.safetensors"));
  EXPECT_EQ(model.at("kind"), "model");
  EXPECT_EQ(model.at("vocabulary"), tiny_description().vocabulary.size());
  EXPECT_GT(model.at("parameters").get<int64_t>(), 1000);

  prepare_scenes(folder / "data", {.side = 32, .train = 5, .validation = 2, .captions_per_picture = 3});
  const auto data = describe(folder / "data");
  EXPECT_EQ(data.at("kind"), "prepared data set");
  EXPECT_EQ(data.at("splits"), (nlohmann::json{{"train", 5}, {"val", 2}}));
  EXPECT_EQ(data.at("captions"), 21);
  EXPECT_GE(data.at("boxes").get<int64_t>(), 7);

  std::filesystem::create_directories(folder / "run");
  std::ofstream(folder / "run/config.json") << "{}";
  std::ofstream(folder / "run/log.jsonl") << R"({"step":9,"epoch":1,"loss":2.5,"validation":{"cider":0.4}})"
                                             "\n";
  const auto run = describe(folder / "run");
  EXPECT_EQ(run.at("kind"), "training run");
  EXPECT_EQ(run.at("epochs").size(), 1u);
  EXPECT_EQ(run.at("best").at("cider"), 0.4);
  EXPECT_EQ(run.at("has_model"), false);

  write_safetensors(folder / "weights.safetensors", {{"conv.weight", torch::zeros({2, 3})}});
  const auto tensors = describe(folder / "weights.safetensors");
  EXPECT_EQ(tensors.at("kind"), "safetensors");
  EXPECT_EQ(tensors.at("numbers"), 6);
  EXPECT_THAT(as_text(tensors), HasSubstr("conv.weight: [2,3]"));
}

TEST(Describe, RefusesWhatItDoesNotKnow) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "empty");
  EXPECT_THROW(describe(folder / "empty"), Error);
  EXPECT_THROW(describe(folder / "absent"), Error);
  std::ofstream(folder / "empty/config.json") << "{}";
  std::ofstream(folder / "empty/log.jsonl") << R"({"step":9,"validation":3})"
                                               "\n";
  EXPECT_THROW(describe(folder / "empty"), Error);
}

}  // namespace
}  // namespace saccade
