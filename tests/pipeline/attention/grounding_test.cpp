#include "pipeline/attention/grounding.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

using Boxes = std::vector<std::vector<PixelBox>>;

/// A picture of 200 × 100 whose middle square the network saw, in 2 × 2 regions of 50 × 50 pixels.
AttentionRecord look(std::vector<std::vector<float>> weights) {
  return {.geometry = {.width = 200, .height = 100, .left = 50, .top = 0, .crop_width = 100, .crop_height = 100},
          .regions = grid_regions(2),
          .weights = std::move(weights)};
}

constexpr PixelBox kTopLeft{.left = 50, .top = 0, .width = 50, .height = 50};

TEST(Grounding, FindsTheLargestWeightOnTheOriginalPicture) {
  const auto point = largest_weight_at(look({{.1f, .2f, .6f, .1f}}), 0);
  EXPECT_DOUBLE_EQ(point.x, 75);
  EXPECT_DOUBLE_EQ(point.y, 75);
}

TEST(Grounding, CountsOnlyWordsThatNameSomething) {
  GroundingMeter meter;
  meter.add(look({{.7f, .1f, .1f, .1f}, {.7f, .1f, .1f, .1f}, {.1f, .7f, .1f, .1f}}), {{}, {kTopLeft}, {kTopLeft}});
  const auto result = meter.result();
  EXPECT_EQ(result.words, 2);
  EXPECT_DOUBLE_EQ(result.pointing, .5);
  EXPECT_NEAR(result.mass_in_box, (.7 + .1) / 2, 1e-6);
  EXPECT_NEAR(result.box_share, .25, 1e-9);
}

TEST(Grounding, ComparesWithALookAtTheMiddle) {
  GroundingMeter meter;
  meter.add(look({{1, 0, 0, 0}, {1, 0, 0, 0}}), {{kTopLeft}, {PixelBox{.left = 90, .top = 40, .width = 20, .height = 20}}});
  EXPECT_DOUBLE_EQ(meter.result().pointing_centre, .5);
  EXPECT_DOUBLE_EQ(meter.result().pointing, .5);
}

TEST(Grounding, GivesEvenWeightsTheMassOfTheBoxesShare) {
  GroundingMeter meter;
  const PixelBox odd{.left = 60, .top = 10, .width = 70, .height = 35};
  meter.add(look({{.25f, .25f, .25f, .25f}}), {{odd}});
  EXPECT_NEAR(meter.result().mass_in_box, meter.result().box_share, 1e-6);
  EXPECT_NEAR(meter.result().box_share, .7 * .35, 1e-9);
}

TEST(Grounding, CountsWhereBoxesOverlapOnce) {
  GroundingMeter meter;
  const PixelBox beside{.left = 75, .top = 0, .width = 50, .height = 50};
  meter.add(look({{.25f, .25f, .25f, .25f}}), {{kTopLeft, kTopLeft, beside}});
  EXPECT_NEAR(meter.result().box_share, .375, 1e-9);
}

TEST(Grounding, PassesOverRegionsWithoutAPlace) {
  auto nowhere = look({{.2f, .1f, .1f, .1f, .5f}});
  nowhere.regions.push_back({0, 0, 0, 0});
  GroundingMeter meter;
  meter.add(nowhere, {{kTopLeft}});
  EXPECT_EQ(meter.result().pointing, 1);
  EXPECT_NEAR(meter.result().mass_in_box, .2, 1e-6);
}

TEST(Grounding, OfNothingIsNothing) { EXPECT_EQ(GroundingMeter().result().words, 0); }

}  // namespace
}  // namespace saccade
