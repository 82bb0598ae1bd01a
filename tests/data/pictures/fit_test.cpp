#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "data/error.h"
#include "data/pictures/decode.h"
#include "tests/data/pictures/made_pictures.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

/// The mean of a picture over [left, right) x [top, bottom), edges within pixels; in double, as the definition reads.
std::array<double, 3> mean_over(const Picture& picture, double left, double top, double right, double bottom) {
  std::array<double, 3> sums{};
  for (int y = 0; y < picture.height; ++y) {
    const double height = std::max(0.0, std::min(bottom, y + 1.0) - std::max(top, double(y)));
    for (int x = 0; height > 0 && x < picture.width; ++x) {
      const double share = height * std::max(0.0, std::min(right, x + 1.0) - std::max(left, double(x)));
      for (std::size_t c = 0; c < 3; ++c) sums[c] += share * pixel(picture, x, y)[c];
    }
  }
  for (auto& sum : sums) sum /= (right - left) * (bottom - top);
  return sums;
}

TEST(FitPicture, AveragesAreasWhereItShrinks) {
  for (const auto& [width, height] : std::vector<std::pair<int, int>>{{97, 61}, {61, 97}, {224, 33}, {400, 300}, {32, 32}}) {
    const auto picture = noisy_picture(width, height);
    for (const auto mode : {FitMode::kSquash, FitMode::kCrop}) {
      const int side = 32;
      const auto [fitted, geometry] = fit_picture(picture, side, mode);
      ASSERT_EQ(fitted.width, side);
      for (int y = 0; y < side; y += 5) {
        for (int x = 0; x < side; x += 5) {
          const double step_x = geometry.crop_width / side, step_y = geometry.crop_height / side;
          const auto mean = mean_over(picture, geometry.left + x * step_x, geometry.top + y * step_y, geometry.left + (x + 1) * step_x,
                                      geometry.top + (y + 1) * step_y);
          // Rounding to a level, and weights of 14 bits on noise of full contrast.
          for (std::size_t c = 0; c < 3; ++c)
            ASSERT_NEAR(pixel(fitted, x, y)[c], mean[c], 0.6) << width << "x" << height << " at " << x << "," << y;
        }
      }
    }
  }
}

TEST(FitPicture, InterpolatesBetweenPixelCentresWhereItGrows) {
  const Picture picture{.width = 2, .height = 2, .rgb = {0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255}};
  const auto fitted = fit_picture(picture, 4, FitMode::kSquash).picture;
  // By hand: centres of the new pixels lie at 0 (clamped), 1/4, 3/4 and 1 between the two old ones.
  const std::array<int, 16> expected = {0, 25, 75, 100, 50, 72, 117, 139, 150, 167, 200, 216, 200, 214, 241, 255};
  for (int i = 0; i < 16; ++i) EXPECT_NEAR(pixel(fitted, i % 4, i / 4)[0], expected[static_cast<std::size_t>(i)], 0.51) << i;
}

TEST(FitPicture, KeepsAFlatColourFlatAtEverySize) {
  for (const int width : {1, 2, 7, 63, 64, 65, 129, 1000}) {
    for (const int height : {1, 64, 331}) {
      const Picture flat{.width = width, .height = height, .rgb = std::vector<uint8_t>(3 * static_cast<std::size_t>(width * height), 201)};
      for (const auto mode : {FitMode::kSquash, FitMode::kCrop}) {
        const auto fitted = fit_picture(flat, 64, mode).picture;
        EXPECT_TRUE(std::all_of(fitted.rgb.begin(), fitted.rgb.end(), [](uint8_t value) { return value == 201; }))
            << width << "x" << height;
      }
    }
  }
}

TEST(FitPicture, LeavesAPictureOfTheRightSizeAlone) {
  const auto picture = noisy_picture(64, 64);
  EXPECT_EQ(fit_picture(picture, 64, FitMode::kSquash).picture.rgb, picture.rgb);
  EXPECT_EQ(fit_picture(picture, 64, FitMode::kCrop).picture.rgb, picture.rgb);
}

TEST(FitPicture, TellsWhichPartOfTheOriginalItKept) {
  const auto squashed = fit_picture(noisy_picture(101, 50), 16, FitMode::kSquash).geometry;
  EXPECT_EQ(squashed.width, 101);
  EXPECT_EQ(squashed.height, 50);
  EXPECT_EQ(squashed.left, 0);
  EXPECT_EQ(squashed.crop_width, 101);
  EXPECT_EQ(squashed.crop_height, 50);
  const auto wide = fit_picture(noisy_picture(101, 50), 16, FitMode::kCrop).geometry;
  EXPECT_EQ(wide.left, 25.5);
  EXPECT_EQ(wide.top, 0);
  EXPECT_EQ(wide.crop_width, 50);
  const auto tall = fit_picture(noisy_picture(50, 100), 16, FitMode::kCrop).geometry;
  EXPECT_EQ(tall.left, 0);
  EXPECT_EQ(tall.top, 25);
  EXPECT_EQ(tall.crop_height, 50);
}

TEST(FitPicture, PutsThingsWhereTheGeometrySaysTheyAre) {
  // A white square on black; its centre must come out where geometry maps it.
  Picture picture{.width = 300, .height = 200, .rgb = std::vector<uint8_t>(3 * 300 * 200, 0)};
  for (int y = 120; y < 140; ++y) std::fill_n(&picture.rgb[3 * static_cast<std::size_t>(300 * y + 170)], 3 * 20, 255);
  for (const auto mode : {FitMode::kSquash, FitMode::kCrop}) {
    const auto [fitted, geometry] = fit_picture(picture, 100, mode);
    double sum = 0, sum_x = 0, sum_y = 0;
    for (int y = 0; y < 100; ++y) {
      for (int x = 0; x < 100; ++x) {
        const double value = pixel(fitted, x, y)[0];
        sum += value, sum_x += value * (x + 0.5), sum_y += value * (y + 0.5);
      }
    }
    EXPECT_NEAR(geometry.left + sum_x / sum * geometry.crop_width / 100, 180, 0.1);  // rounding of the edge pixels
    EXPECT_NEAR(geometry.top + sum_y / sum * geometry.crop_height / 100, 130, 0.1);
  }
}

TEST(LoadFitted, EqualsFittingTheDecodedPicture) {
  for (const auto* photo : {"photos/coffee.jpg", "photos/astronaut.jpg", "pictures/alpha.png"}) {
    const auto bytes = read_picture_file(fixture(photo));
    const auto decoded = decode_picture(bytes, photo).picture;
    for (const auto mode : {FitMode::kSquash, FitMode::kCrop}) {
      EXPECT_EQ(load_fitted(bytes, photo, 224, mode).fitted.picture.rgb, fit_picture(decoded, 224, mode).picture.rgb) << photo;
    }
  }
}

TEST(LoadFitted, TurnsPicturesUpright) {
  const auto jpeg = encode_jpeg(gradient_picture(120, 75), 95);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto turned = with_orientation(jpeg, orientation);
    for (const auto mode : {FitMode::kSquash, FitMode::kCrop}) {
      const auto loaded = load_fitted(turned, "x", 64, mode).fitted;
      const auto expected = fit_picture(decode_picture(turned, "x").picture, 64, mode);
      EXPECT_LE(largest_difference(loaded.picture, expected.picture), 1) << orientation;  // weights are rounded from the other side
      EXPECT_EQ(nlohmann::json(loaded.geometry), nlohmann::json(expected.geometry));
    }
  }
}

TEST(LoadFitted, ReadsLargeJpegsAtAFractionOfTheirSizeToTheSameEffect) {
  // 1003 x 777 at side 64 is read at 1/4; sizes that are no multiple of 4 shift nothing.
  const auto jpeg = encode_jpeg(gradient_picture(1003, 777), 95);
  for (const int orientation : {1, 3, 6}) {
    const auto turned = with_orientation(jpeg, orientation);
    for (const auto mode : {FitMode::kSquash, FitMode::kCrop}) {
      const auto loaded = load_fitted(turned, "x", 64, mode).fitted;
      const auto expected = fit_picture(decode_picture(turned, "x").picture, 64, mode);
      EXPECT_LE(largest_difference(loaded.picture, expected.picture),
                2);  // a pixel of this gradient is 4 levels wide: half a pixel's shift would show
      EXPECT_EQ(nlohmann::json(loaded.geometry), nlohmann::json(expected.geometry));
    }
  }
}

TEST(LoadFitted, HandsOnWarnings) {
  auto jpeg = read_picture_file(fixture("photos/coffee.jpg"));
  jpeg.resize(jpeg.size() * 9 / 10);
  EXPECT_EQ(load_fitted(jpeg, "x", 64, FitMode::kSquash).warnings.size(), 1U);
}

}  // namespace
}  // namespace saccade
