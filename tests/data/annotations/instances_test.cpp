#include "data/annotations/instances.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

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

TEST(Instances, CountAndNameWhatCannotBeUsed) {
  const auto found = read(R"({
    "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 1, "file_name": "again.jpg"}, {"id": 2, "file_name": "../up.jpg"}, {"file_name": "b.jpg"}],
    "categories": [{"id": 1, "name": "dog"}, {"id": 2}],
    "annotations": [{"image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 5]},
                    {"image_id": 1, "category_id": 9, "bbox": [0, 0, 5, 5]},
                    {"image_id": 5, "category_id": 1, "bbox": [0, 0, 5, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": [0, 0, 0, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": [0, 0, 5]},
                    {"image_id": 1, "category_id": 1, "bbox": "all"},
                    {"image_id": 1, "category_id": 1, "bbox": [0, 0, -1, 5]}]})");
  ASSERT_EQ(found.images.size(), 1u);
  EXPECT_EQ(found.images[0].boxes.size(), 1u);
  EXPECT_EQ(found.bad_row_count, 10);
  EXPECT_EQ(found.bad_rows.size(), 10u);
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
