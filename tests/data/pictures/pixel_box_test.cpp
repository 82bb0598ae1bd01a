#include "data/pictures/pixel_box.h"

#include <gtest/gtest.h>

#include <algorithm>
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
