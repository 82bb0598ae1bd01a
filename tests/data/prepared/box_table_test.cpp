#include "data/prepared/box_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/error.h"
#include "data/files/safetensors.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

const NamedBox kDog{.category = "dog", .box = {.left = 1, .top = 2, .width = 3, .height = 4.5}},
    kBat{.category = "baseball bat", .box = {.left = 5, .top = 6, .width = 7, .height = 8}};

TEST(BoxTable, GivesBackTheBoxesOfEachImage) {
  const TemporaryFolder folder;
  BoxTable table(BoxNames::kSceneObjects);
  table.append({kDog, kBat, kDog});
  table.append({});
  table.append({kBat});
  table.write(folder / "boxes.safetensors");
  const auto read = BoxTable::read(folder / "boxes.safetensors", 3);
  EXPECT_EQ(read.named_by(), BoxNames::kSceneObjects);
  EXPECT_EQ(read.size(), 4);
  ASSERT_EQ(read.of(0).size(), 3U);
  EXPECT_EQ(read.of(0)[1].category, "baseball bat");
  EXPECT_EQ(read.of(0)[2].category, "dog");
  EXPECT_EQ(read.of(0)[2].box, kDog.box);
  EXPECT_TRUE(read.of(1).empty());
  EXPECT_EQ(read.of(2)[0].box, kBat.box);
  EXPECT_TRUE(read.of(3).empty());
  EXPECT_TRUE(BoxTable().of(0).empty());
}

TEST(BoxTable, RefusesWhatDoesNotFit) {
  const TemporaryFolder folder;
  const auto path = folder / "boxes.safetensors";
  const auto refuses = [&](const std::map<std::string, torch::Tensor>& change, const Metadata& metadata) {
    std::map<std::string, torch::Tensor> tensors = {
        {"boxes", torch::ones({2, 4})}, {"names", torch::zeros({2}, torch::kInt32)}, {"box_offsets", torch::tensor({0, 2}, torch::kInt64)}};
    for (const auto& [name, tensor] : change) tensors[name] = tensor;
    write_safetensors(path, tensors, metadata);
    try {
      BoxTable::read(path, 1);
      return false;
    } catch (const Error&) {
      return true;
    }
  };
  const Metadata good = {{"named_by", "categories"}, {"names", R"(["dog"])"}};
  EXPECT_FALSE(refuses({}, good));
  EXPECT_TRUE(refuses({{"boxes", torch::ones({3, 4})}}, good));
  EXPECT_TRUE(refuses({{"boxes", torch::full({2, 4}, NAN)}}, good));
  EXPECT_TRUE(refuses({{"names", torch::ones({2}, torch::kInt32)}}, good)) << "there is one name";
  EXPECT_TRUE(refuses({{"names", torch::zeros({2}, torch::kInt64)}}, good));
  EXPECT_TRUE(refuses({{"box_offsets", torch::tensor({0, 3}, torch::kInt64)}}, good));
  EXPECT_TRUE(refuses({{"box_offsets", torch::tensor({0, 1, 2}, torch::kInt64)}}, good)) << "of two images";
  EXPECT_TRUE(refuses({}, {{"named_by", "categories"}}));
  EXPECT_TRUE(refuses({}, {{"named_by", "colours"}, {"names", R"(["dog"])"}}));
  EXPECT_TRUE(refuses({}, {{"named_by", "categories"}, {"names", "dog"}}));
}

/// A picture of 200 × 100 with a box from (20, 10) to (80, 60).
std::vector<NamedBox> mapped(const PictureGeometry& geometry) {
  return boxes_on_input({{.category = "dog", .box = {.left = 20, .top = 10, .width = 60, .height = 50}}}, geometry, 50);
}

TEST(BoxesOnInput, AreSquashedAsThePictureIs) {
  const auto boxes = mapped({.width = 200, .height = 100, .crop_width = 200, .crop_height = 100});
  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_EQ(boxes[0].category, "dog");
  EXPECT_EQ(boxes[0].box, (PixelBox{.left = 5, .top = 5, .width = 15, .height = 25}));
}

TEST(BoxesOnInput, AreCutAtTheEdgesOfTheCrop) {
  const auto boxes = mapped({.width = 200, .height = 100, .left = 50, .crop_width = 100, .crop_height = 100});
  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_EQ(boxes[0].box, (PixelBox{.left = 0, .top = 5, .width = 15, .height = 25}));
  EXPECT_TRUE(mapped({.width = 200, .height = 100, .left = 100, .crop_width = 100, .crop_height = 100}).empty());
}

TEST(BoxesOnInput, CanBeStoredHoweverTheFileOfBoxesLies) {
  const PictureGeometry geometry{.width = 200, .height = 100, .crop_width = 200, .crop_height = 100};
  const auto boxes = boxes_on_input({{.category = "dog", .box = {.left = NAN, .top = 0, .width = 5, .height = 5}},
                                     {.category = "dog", .box = {.left = 0, .top = 0, .width = 5, .height = NAN}},
                                     {.category = "dog", .box = {.left = -INFINITY, .top = 0, .width = INFINITY, .height = 5}},
                                     {.category = "dog", .box = {.left = 0, .top = 0, .width = 1.7e308, .height = 100}}},
                                    geometry, 50);
  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_EQ(boxes[0].box, (PixelBox{.left = 0, .top = 0, .width = 50, .height = 50}));
}

}  // namespace
}  // namespace saccade
