#include "pipeline/overlay/colour_map.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/pipeline/overlay/example_record.h"

namespace saccade {
namespace {

/// CIE lightness L*, a measure of its own beside the OKLab that the colours are made in.
double lightness(const Rgb8& colour) {
  const auto linear = [](uint8_t byte) {
    const double value = byte / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  const double y = 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
  return y > 0.008856 ? 116 * std::cbrt(y) - 16 : 903.3 * y;
}

TEST(HeatColours, GrowLighterStepByStep) {
  const auto& colours = heat_colours();
  for (int i = 8; i < 256; i += 8) {
    const double rise = lightness(colours[i]) - lightness(colours[i - 8]);
    EXPECT_GT(rise, 1.0) << i;
    EXPECT_LT(rise, 6.0) << i;  // evenly would be 2.6 each; OKLab and CIE differ over dark violets
  }
}

TEST(Overlay, IsDarkWhereTheNetworkDidNotLookAndLightestAtTheLargestWeight) {
  const auto record = example_record(90, 60, 3, {"word"});
  const auto map = map_weights(*record.attention, 0, 90, 60);
  const Picture grey{.width = 90, .height = 60, .rgb = std::vector<uint8_t>(3 * 90 * 60, 128)};
  const auto shown = overlay_weights(grey, map, largest_weights(*record.attention)[0]);
  const auto lightness_at = [&](int x, int y) {
    const auto* pixel = shown.rgb.data() + 3 * (y * 90 + x);
    return lightness({pixel[0], pixel[1], pixel[2]});
  };
  EXPECT_LT(lightness_at(5, 30), lightness_at(60, 50));        // outside the crop, and seen but hardly looked at
  EXPECT_LT(lightness_at(60, 50) + 20, lightness_at(25, 10));  // region 0 of the crop, which begins at column 15
  EXPECT_EQ(lightness_at(0, 0), lightness_at(14, 59)) << "what was not seen carries no weight's colour";
}

TEST(Overlay, OfNoWeightAtAllIsThereAllTheSame) {
  WeightMap map{.width = 4, .height = 4, .values = std::vector<float>(16), .seen = {0, 0, 4, 4}};
  EXPECT_EQ(overlay_weights(sloped_picture(4, 4), map, 0).rgb.size(), 48u);
}

}  // namespace
}  // namespace saccade
