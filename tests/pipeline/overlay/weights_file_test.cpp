#include "pipeline/overlay/weights_file.h"

#include <gtest/gtest.h>

#include <cstring>

#include "data/files/safetensors.h"
#include "pipeline/overlay/overlay.h"
#include "tests/pipeline/overlay/example_record.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

TEST(WeightsFile, OfNumPyHasItsHeaderAlignedAndItsRowsInOrder) {
  const auto record = example_record(60, 40, 3, {"a", "dog"});
  const auto file = weights_as_npy(*record.attention);
  ASSERT_EQ(file.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const auto header = static_cast<unsigned char>(file[8]) + 256u * static_cast<unsigned char>(file[9]);
  EXPECT_EQ((10 + header) % 64, 0u);
  EXPECT_EQ(file[9 + header], '\n');
  EXPECT_NE(file.find("'shape': (2, 9)"), std::string::npos);
  ASSERT_EQ(file.size(), 10 + header + 2 * 9 * sizeof(float));
  float weight = 0;
  std::memcpy(&weight, file.data() + 10 + header + (9 + 1) * sizeof(float), sizeof weight);
  EXPECT_EQ(weight, record.attention->weights[1][1]);
}

TEST(WeightsFile, OfSafetensorsTellsWhatItIsOf) {
  const TemporaryFolder folder;
  auto record = example_record(60, 40, 3, {"a", "狗"});
  record.caption = "a 狗";
  record.attention->gates = {.25, .75};
  record.region = PixelBox{.left = 1, .top = 2, .width = 30, .height = 40};
  const auto files =
      write_overlay(record, sloped_picture(60, 40), folder.path(), {.formats = {OverlayFormat::kSafetensors, OverlayFormat::kNpy}});
  ASSERT_EQ(files.size(), 2u);
  const SafetensorsFile file(files[0]);
  EXPECT_EQ(file.shape("weights"), (std::vector<int64_t>{2, 9}));
  EXPECT_EQ(file.shape("regions"), (std::vector<int64_t>{9, 4}));
  EXPECT_EQ(file.tensor("weights")[1][1].item<float>(), record.attention->weights[1][1]);
  EXPECT_EQ(file.tensor("gates")[1].item<float>(), .75f);
  EXPECT_FLOAT_EQ(file.tensor("regions")[8][3].item<float>(), 1);
  EXPECT_EQ(file.metadata().at("caption"), "a 狗");
  EXPECT_EQ(nlohmann::json::parse(file.metadata().at("words"))[1], "狗");
  EXPECT_EQ(nlohmann::json::parse(file.metadata().at("geometry")).at("width"), 60);
  EXPECT_EQ(nlohmann::json::parse(file.metadata().at("region"))[3], 40);
}

}  // namespace
}  // namespace saccade
