#include "data/annotations/instances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Instances read(const std::string& text) {
  const TemporaryFolder folder;
  std::ofstream(folder / "instances.json") << text;
  return read_instances(folder / "instances.json");
}

TEST(Instances, AreReadInWhateverOrderTheirListsStand) {
  const auto found = read(R"({
    "annotations": [{"image_id": 7, "category_id": 18, "bbox": [1, 2, 30.5, 40], "iscrowd": 0, "segmentation": [[1, 2]]},
                    {"image_id": 7, "category_id": 1, "bbox": [0, 0, 5, 5]}],
    "info": {"year": 2017},
    "categories": [{"id": 1, "name": "person", "supercategory": "person"}, {"id": 18, "name": "dog"}],
    "images": [{"id": 8, "file_name": "empty.jpg", "width": 10, "height": 10},
               {"id": 7, "file_name": "val/dog.jpg", "width": 640, "height": 480}]})");
  ASSERT_EQ(found.images.size(), 1u) << "an image without a box is of no use";
  const auto& image = found.images[0];
  EXPECT_EQ(image.file, "val/dog.jpg");
  EXPECT_EQ(image.width, 640);
  ASSERT_EQ(image.boxes.size(), 2u);
  EXPECT_EQ(image.boxes[0].category, "dog");
  EXPECT_EQ(image.boxes[0].box.right(), 31.5);
  EXPECT_EQ(image.boxes[1].category, "person");
  EXPECT_EQ(found.bad_row_count, 0);
}

TEST(Instances, AreScaledToThePictureAsItIs) {
  ImageInstances image{
      .width = 640, .height = 480, .boxes = {{.category = "dog", .box = {.left = 64, .top = 48, .width = 32, .height = 24}}}};
  EXPECT_EQ(boxes_on_picture(image, 320, 480)[0].box, (PixelBox{.left = 32, .top = 48, .width = 16, .height = 24}));
  image.width = image.height = 0;
  EXPECT_EQ(boxes_on_picture(image, 320, 480)[0].box, image.boxes[0].box) << "counted in pixels of the picture, whatever they are";
}

TEST(Instances, WhoseNumbersOverflowOnThePictureAreLeftOut) {
  const NamedBox corner{.category = "dog", .box = {.left = 0, .top = 0, .width = 5, .height = 5}},
      far_left{.category = "dog", .box = {.left = -1.7e308, .top = 0, .width = 1.7e308, .height = 5}};
  EXPECT_TRUE(boxes_on_picture({.width = 1e-320, .height = 5, .boxes = {corner}}, 640, 480).empty());
  const auto left = boxes_on_picture({.width = 320, .height = 480, .boxes = {far_left, corner}}, 640, 480);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].box, (PixelBox{.left = 0, .top = 0, .width = 10, .height = 5}));
}

TEST(Instances, OutsideThePictureAreLeftOut) {
  const NamedBox far{.category = "dog", .box = {.left = 100, .top = 100, .width = 9, .height = 9}};
  EXPECT_TRUE(boxes_on_picture({.boxes = {far}}, 64, 64).empty()) << "the file does not say how large the picture is";
  EXPECT_EQ(boxes_on_picture({.boxes = {far}}, 101, 101).size(), 1u);
}

TEST(Instances, AreAtMostAThousandOfAPicture) {
  nlohmann::json boxes = {
      {"images", {{{"id", 1}, {"file_name", "a.jpg"}}, {{"id", 2}, {"file_name", "a.jpg"}}, {{"id", 3}, {"file_name", "b.jpg"}}}},
      {"categories", {{{"id", 1}, {"name", "dog"}}}}};
  const auto add = [&](int image) { boxes["annotations"].push_back({{"image_id", image}, {"category_id", 1}, {"bbox", {0, 0, 5, 5}}}); };
  for (int64_t i = 0; i < kMaxBoxesOfPicture; ++i) add(1);
  for (const int image : {1, 2, 3}) add(image);
  const auto found = read(boxes.dump());
  ASSERT_EQ(found.images.size(), 2u) << "all boxes of the second image, which is of the first one's file, are too many";
  EXPECT_EQ(std::ssize(found.images[0].boxes), kMaxBoxesOfPicture);
  EXPECT_EQ(found.images[1].file, "b.jpg");
  EXPECT_EQ(found.bad_row_count, 2);
  EXPECT_THAT(found.bad_rows.at(0).reason, HasSubstr("a.jpg has more than 1000 boxes"));
}

TEST(Instances, FindPicturesByTheirNamesWithOrWithoutFolders) {
  const auto places = places_by_name({"val/a.jpg", "val/b.jpg", "train/b.jpg", "b.jpg", "val/c.jpg", "train/c.jpg"});
  EXPECT_EQ(places.at("val/a.jpg"), 0u);
  EXPECT_EQ(places.at("a.jpg"), 0u);
  EXPECT_EQ(places.at("b.jpg"), 3u) << "a whole name is of one alone";
  EXPECT_EQ(places.at("train/c.jpg"), 5u);
  EXPECT_FALSE(places.contains("c.jpg")) << "it may be either";
  EXPECT_FALSE(places.contains("other/a.jpg"));
}

TEST(Instances, CountAndNameWhatCannotBeUsed) {
  const auto found = read(R"({
    "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "again.jpg"}, {"id": 2, "file_name": "../up.jpg"}, {"file_name": "b.jpg"},
               {"id": 3, "file_name": "small.jpg", "width": 64, "height": 64}],
    "categories": [{"id": 1, "name": "dog"}, {"id": 2}],
    "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 5]},
                    {"image_id": 1, "category_id": 9, "bbox": [0, 0, 5, 5]},
                    {"image_id": 5, "category_id": 1, "bbox": [0, 0, 5, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": [0, 0, 0, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": [0, 0, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": "all"},
                    {"image_id": 1, "category_id": 1, "bbox": [0, 0, -1, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": [1e300, 0, 5, 5]},
                    {"image_id": 3, "category_id": 1, "bbox": [64, 0, 5, 5]},
                    {"image_id": 3, "category_id": 1, "bbox": [0, -5, 5, 5]}]})");
  ASSERT_EQ(found.images.size(), 1u);
  EXPECT_EQ(found.images[0].boxes.size(), 1u);
  EXPECT_EQ(found.bad_row_count, 13);
  EXPECT_EQ(found.bad_rows.size(), 13u);
  EXPECT_THAT(found.bad_rows.back().reason, HasSubstr("bbox lies outside small.jpg"));
  EXPECT_THAT(found.bad_rows[0].reason, HasSubstr("stands twice"));
}

TEST(Instances, RefuseWhatHasNoBoxAndSayWhatWouldBeRight) {
  EXPECT_THAT([] { read(R"({"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [{"image_id": 1, "caption": "a dog"}]})"); },
              ThrowsMessage<Error>(HasSubstr("bbox")));
  EXPECT_THROW(read("[]"), Error);
  EXPECT_THROW(read(""), Error);
  EXPECT_THROW(read(std::string(10000, '[')), Error);
}

}  // namespace
}  // namespace saccade
