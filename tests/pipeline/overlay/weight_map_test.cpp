#include "pipeline/overlay/weight_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "tests/pipeline/overlay/example_record.h"

namespace saccade {
namespace {

/// One word with all its weight on one region.
AttentionRecord looking_at(const PictureGeometry& geometry, std::vector<RegionBox> regions, std::size_t region) {
  std::vector<float> weights(regions.size());
  weights[region] = 1;
  return {.geometry = geometry, .regions = std::move(regions), .weights = {weights}};
}

/// A region's box on the original.
RegionBox on_original(const AttentionRecord& attention, std::size_t region) {
  const auto& box = attention.regions[region];
  const auto& to = attention.geometry;
  return {to.left + box.left * to.crop_width, to.top + box.top * to.crop_height, to.left + box.right * to.crop_width,
          to.top + box.bottom * to.crop_height};
}

float at(const WeightMap& map, double x, double y) {
  return map.values[static_cast<std::size_t>(y) * map.width + static_cast<std::size_t>(x)];
}

/// The crop of a wide picture, the squash of one, and a crop that begins on a broken pixel.
const PictureGeometry kGeometries[] = {{300, 200, 50, 0, 200, 200}, {320, 240, 0, 0, 320, 240}, {201, 333, 0, 66.5, 201, 201}};

TEST(WeightMap, LightsTheRegionsPlaceOnTheOriginal) {
  for (const auto& geometry : kGeometries) {
    for (const std::size_t region : {0, 6, 15}) {
      const auto attention = looking_at(geometry, grid_of_boxes(4), region);
      const auto map = map_weights(attention, 0, geometry.width, geometry.height);
      const auto box = on_original(attention, region);
      const double middle_x = (box.left + box.right) / 2, middle_y = (box.top + box.bottom) / 2;
      EXPECT_GT(at(map, middle_x, middle_y), 0.99f);  // a pixel's centre is at most half a pixel from the cell's
      for (int y = 0; y < map.height; ++y)
        for (int x = 0; x < map.width; ++x) {
          const double cells_x = std::abs(x + 0.5 - middle_x) / (box.right - box.left),
                       cells_y = std::abs(y + 0.5 - middle_y) / (box.bottom - box.top);
          const bool seen = x + 0.5 >= geometry.left && x + 0.5 < geometry.left + geometry.crop_width && y + 0.5 >= geometry.top &&
                            y + 0.5 < geometry.top + geometry.crop_height;
          const auto where = std::to_string(x) + ", " + std::to_string(y);
          if (!seen || cells_x > 1 || cells_y > 1) {
            ASSERT_EQ(at(map, x, y), 0) << where;
          } else if (cells_x < 0.49 && cells_y < 0.49) {
            ASSERT_GT(at(map, x, y), 0.25f) << where;  // at a cell's corner: half in each direction
          }
        }
    }
  }
}

TEST(WeightMap, KeepsTheMeanOfTheWeights) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform;
  for (const int side : {1, 2, 7, 14}) {
    auto attention = looking_at(kGeometries[0], grid_of_boxes(side), 0);
    for (auto& weight : attention.weights[0]) weight = uniform(random);
    const auto map = map_weights(attention, 0, 300, 200);
    const double mean_weight = std::accumulate(attention.weights[0].begin(), attention.weights[0].end(), 0.0) / (side * side);
    const double mean_value = std::accumulate(map.values.begin(), map.values.end(), 0.0) / (200 * 200);
    EXPECT_NEAR(mean_value, mean_weight, 2e-3 * mean_weight) << side;  // pixels sample the smooth map: 14 to a cell
  }
}

TEST(WeightMap, HasItsMaximumInTheRegionWithTheLargestWeight) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> uniform;
  for (const auto& geometry : kGeometries) {
    for (int trial = 0; trial < 20; ++trial) {
      auto attention = looking_at(geometry, grid_of_boxes(7), 0);
      for (auto& weight : attention.weights[0]) weight = uniform(random);
      const auto largest = std::ranges::max_element(attention.weights[0]);
      const auto box = on_original(attention, largest - attention.weights[0].begin());
      const auto map = map_weights(attention, 0, geometry.width, geometry.height);
      const auto place = std::ranges::max_element(map.values) - map.values.begin();
      const double x = place % map.width + 0.5, y = place / map.width + 0.5;
      EXPECT_TRUE(x >= box.left && x < box.right && y >= box.top && y < box.bottom) << trial;
      EXPECT_EQ(map.values[place], *largest);
    }
  }
}

TEST(WeightMap, DoesNotMindTheOrderOfAGridsRegions) {
  auto attention = looking_at(kGeometries[0], grid_of_boxes(5), 0);
  std::iota(attention.weights[0].begin(), attention.weights[0].end(), 1.0f);
  const auto map = map_weights(attention, 0, 150, 100);
  std::ranges::reverse(attention.regions);
  std::ranges::reverse(attention.weights[0]);
  EXPECT_EQ(map_weights(attention, 0, 150, 100).values, map.values);
}

TEST(WeightMap, IsTheSameAtAnotherSize) {
  const auto attention = looking_at(kGeometries[0], grid_of_boxes(4), 6);
  const auto large = map_weights(attention, 0, 300, 200), small = map_weights(attention, 0, 60, 40);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 60; ++x)
      EXPECT_NEAR(at(small, x, y), at(large, 5 * x + 2, 5 * y + 2), 0.02);  // the points differ by a fifth of a small pixel
}

TEST(WeightMap, DrawsBoxesAsTheyAreAndTheLargestOnTop) {
  AttentionRecord attention{.geometry = {100, 100, 0, 0, 100, 100},
                            .regions = {{0, 0, 0.6, 0.6}, {0.4, 0.4, 1, 0.9}, {0.1, 0.1, 0.2, 0.2}},
                            .weights = {{0.2f, 0.5f, 0.3f}}};
  const auto map = map_weights(attention, 0, 100, 100);
  EXPECT_EQ(at(map, 5, 5), 0.2f);
  EXPECT_EQ(at(map, 15, 15), 0.3f);
  EXPECT_EQ(at(map, 50, 50), 0.5f) << "two boxes overlap";
  EXPECT_EQ(at(map, 99, 89), 0.5f);
  EXPECT_EQ(at(map, 99, 90), 0.0f);
  EXPECT_EQ(at(map, 95, 5), 0.0f);
}

TEST(WeightMap, LeavesOutRegionsWithoutAPlace) {
  auto attention = looking_at({100, 100, 0, 0, 100, 100}, grid_of_boxes(4), 5);
  const auto map = map_weights(attention, 0, 100, 100);
  attention.regions.insert(attention.regions.begin(), RegionBox{0, 0, 0, 0});  // a class token
  attention.weights[0].insert(attention.weights[0].begin(), 3.0f);
  EXPECT_EQ(map_weights(attention, 0, 100, 100).values, map.values);
  EXPECT_EQ(largest_weights(attention), std::vector<double>{1.0});
}

TEST(WeightMap, OfACaptionOfOnePlaceHasTheRegionsOfThatPlaceInSight) {
  CaptionRecord record{.attention = looking_at({300, 200, 50, 0, 200, 200}, grid_of_boxes(3), 4)};
  record.attention->weights.push_back(record.attention->weights[0]);
  record.attention->weights[1][5] = .5f;
  EXPECT_EQ(regions_in_sight(record), 9u);
  record.region = PixelBox{.left = 100, .top = 50, .width = 100, .height = 100};
  EXPECT_EQ(regions_in_sight(record), 2u);
}

TEST(RegionGrid, IsFoundOnlyWhereThereIsOne) {
  EXPECT_TRUE(find_grid(grid_of_boxes(7)));
  auto regions = grid_of_boxes(3);
  regions[4].right += 0.05;
  EXPECT_FALSE(find_grid(regions)) << "one cell is wider";
  regions = grid_of_boxes(3);
  regions[4] = regions[3];
  EXPECT_FALSE(find_grid(regions)) << "one cell is there twice";
  regions = grid_of_boxes(3);
  regions.pop_back();
  EXPECT_FALSE(find_grid(regions)) << "one cell is missing";
  EXPECT_FALSE(find_grid({}));
}

}  // namespace
}  // namespace saccade
