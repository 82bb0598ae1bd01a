#include "data/pictures/pixel_box.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace saccade {
namespace {

constexpr PixelBox kArea{.left = 10, .top = 20, .width = 40, .height = 10};

TEST(PixelBox, CoversWhatItHasInCommonWithAnArea) {
  EXPECT_DOUBLE_EQ(share_covered(kArea, {{.left = 0, .top = 0, .width = 30, .height = 25}}), .25);
  EXPECT_DOUBLE_EQ(share_covered(kArea, {{.left = -100, .top = -100, .width = 1000, .height = 1000}}), 1);
  EXPECT_DOUBLE_EQ(share_covered(kArea, {{.left = 50, .top = 20, .width = 5, .height = 5}}), 0) << "they touch";
  EXPECT_DOUBLE_EQ(share_covered(kArea, {}), 0);
}

TEST(PixelBox, CoversOnceWhatTwoBoxesCover) {
  const PixelBox left{.left = 10, .top = 20, .width = 20, .height = 10}, middle{.left = 20, .top = 20, .width = 20, .height = 10};
  EXPECT_DOUBLE_EQ(share_covered(kArea, {left, middle}), .75);
  EXPECT_DOUBLE_EQ(share_covered(kArea, {left, left, left}), .5);
}

TEST(PixelBox, CoversNothingOfWhatHasNoArea) {
  EXPECT_EQ(share_covered({.left = 10, .top = 20, .width = 0, .height = 10}, {kArea}), 0);
  EXPECT_EQ(share_covered(kArea, {{.left = 20, .top = 20, .width = -5, .height = 5}}), 0);
}

TEST(PixelBox, HasNoAreaWhereASideIsNoNumber) {
  EXPECT_TRUE(kArea.has_area());
  EXPECT_FALSE((PixelBox{.left = NAN, .top = 0, .width = 5, .height = 5}.has_area()));
  EXPECT_FALSE((PixelBox{.left = 0, .top = 0, .width = 5, .height = NAN}.has_area()));
  EXPECT_FALSE((PixelBox{.left = -INFINITY, .top = 0, .width = INFINITY, .height = 5}.has_area()));
  EXPECT_FALSE((PixelBox{.left = 1e300, .top = 0, .width = 5, .height = 5}.has_area())) << "too small for where it is";
}

TEST(PixelBox, OnTheInputIsFoundAgainOnTheOriginal) {
  constexpr PictureGeometry kCrop{.width = 200, .height = 100, .left = 50, .crop_width = 100, .crop_height = 100};
  const auto seen = box_on_input({.left = 20, .top = 10, .width = 60, .height = 50}, kCrop, 50);
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, (PixelBox{.left = 0, .top = 5, .width = 15, .height = 25}));
  EXPECT_EQ(box_on_original(*seen, kCrop, 50), (PixelBox{.left = 50, .top = 10, .width = 30, .height = 50}))
      << "what the crop leaves of it";
  EXPECT_FALSE(box_on_input({.left = 0, .top = 10, .width = 50, .height = 50}, kCrop, 50)) << "it touches the crop";
}

TEST(PixelBox, CoversAsManyPointsAsAreInsideOne) {
  std::mt19937 random(1);
  std::uniform_int_distribution<int> place(0, 60), size(0, 20);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<PixelBox> boxes;
    for (int i = 0; i < 6; ++i) {
      const double left = place(random), top = place(random), width = size(random), height = size(random);
      boxes.push_back({.left = left, .top = top, .width = width, .height = height});
    }
    int inside = 0;
    for (int y = 20; y < 30; ++y) {
      for (int x = 10; x < 50; ++x) {
        inside += std::ranges::any_of(boxes, [&](const PixelBox& box) { return box.contains(x + .5, y + .5); }) ? 1 : 0;
      }
    }
    EXPECT_NEAR(share_covered(kArea, boxes), inside / 400.0, 1e-12);
  }
}

}  // namespace
}  // namespace saccade
