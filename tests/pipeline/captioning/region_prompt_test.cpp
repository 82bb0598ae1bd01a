#include "pipeline/captioning/region_prompt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/error.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr PictureGeometry kWide = {.width = 800, .height = 400, .left = 200, .top = 0, .crop_width = 400, .crop_height = 400};
constexpr PictureGeometry kSquashed = {.width = 800, .height = 400, .left = 0, .top = 0, .crop_width = 800, .crop_height = 400};

std::vector<int64_t> shown_by(const PixelBox& box, const PictureGeometry& geometry = kSquashed) {
  return regions_of(box, geometry, grid_regions(4));
}

TEST(RegionPrompt, ReadsPixelsAndFractions) {
  const auto pixels = parse_region("120,80.5,200,150");
  EXPECT_FALSE(pixels.is_fraction);
  EXPECT_EQ(pixels.box.top, 80.5);
  const auto fractions = parse_region("0.5,0,0.5,1");
  EXPECT_TRUE(fractions.is_fraction);
  const auto box = box_on(fractions, kSquashed);
  EXPECT_EQ(box.left, 400);
  EXPECT_EQ(box.right(), 800);
  EXPECT_EQ(box.bottom(), 400);
}

TEST(RegionPrompt, RefusesWhatIsNoBox) {
  for (const auto* bad : {"", "1,2,3", "1,2,3,4,5", "1,2,3,4,", "1,2,0,4", "1,2,3,-4", "a,b,c,d", "1;2;3;4", "0,0,nan,1", "0,0,inf,1",
                          " 1,2,3,4", "0,0,1.5,1"})
    EXPECT_THROW(parse_region(bad), Error) << bad;
}

TEST(RegionPrompt, IsCutAtTheEdgesOfThePicture) {
  const auto box = box_on(parse_region("-50,300,1000,1000"), kSquashed);
  EXPECT_EQ(box.left, 0);
  EXPECT_EQ(box.right(), 800);
  EXPECT_EQ(box.bottom(), 400);
  EXPECT_THAT([] { box_on(parse_region("800,10,50,50"), kSquashed); }, ThrowsMessage<Error>(HasSubstr("the picture is 800 × 400 pixels")));
}

TEST(RegionPrompt, IsTheRegionsOfWhichHalfLiesInIt) {
  EXPECT_THAT(shown_by({0, 0, 400, 200}), ElementsAre(0, 1, 4, 5));
  EXPECT_THAT(shown_by({0, 0, 310, 100}), ElementsAre(0, 1)) << "of the second region half, no more";
  EXPECT_THAT(shown_by({0, 0, 290, 100}), ElementsAre(0));
  EXPECT_THAT(shown_by({200, 0, 400, 400}), testing::SizeIs(8));
}

TEST(RegionPrompt, SmallerThanARegionIsTheRegionsItTouches) {
  EXPECT_THAT(shown_by({210, 110, 20, 20}), ElementsAre(5));
  EXPECT_THAT(shown_by({190, 110, 20, 20}), ElementsAre(4, 5));
}

TEST(RegionPrompt, FollowsTheCropToTheNetworksInput) {
  EXPECT_THAT(shown_by({200, 0, 100, 100}, kWide), ElementsAre(0));
  EXPECT_THAT(shown_by({0, 0, 300, 100}, kWide), ElementsAre(0)) << "the left of it is not seen";
  EXPECT_THAT([] { shown_by({0, 0, 150, 400}, kWide); }, ThrowsMessage<Error>(HasSubstr("nothing of what the model sees")));
}

TEST(RegionPrompt, LeavesOutRegionsWithoutAPlace) {
  auto regions = grid_regions(2);
  regions.insert(regions.begin(), RegionBox{.left = 0, .top = 0, .right = 0, .bottom = 0});  // as a class token
  EXPECT_THAT(regions_of({0, 0, 800, 400}, kSquashed, regions), ElementsAre(1, 2, 3, 4));
}

}  // namespace
}  // namespace saccade
