#include "pipeline/overlay/weight_map.h"

#include <c10/util/Exception.h>
#include <algorithm>
#include <cmath>

#include "pipeline/overlay/region_grid.h"

namespace saccade {
namespace {

/// One axis of the original, in `pixels` steps: from a pixel to its place on the network's input.
struct Axis {
  int pixels;         // of the map
  double original;    // pixels of the original
  double crop_start;  // where the input begins on the original
  double crop_size;

  double place(int pixel) const { return ((pixel + 0.5) * original / pixels - crop_start) / crop_size; }
  int first_at_or_after(double place) const {
    const double position = (crop_start + place * crop_size) * pixels / original - 0.5;
    return static_cast<int>(std::clamp(std::ceil(position - 1e-9), 0.0, static_cast<double>(pixels)));
  }
};

/// A pixel lies between the centres of two cells, `share` of the way to the second.
struct Between {
  int first = 0, second = 0;
  float share = 0;
};

/// Eased, so that the map is level at the centres; s(t) + s(1 - t) = 1 keeps the mean. The pixel that a centre falls on has the cell's own
/// weight: the maximum stays exact.
std::vector<Between> between_cells(const Axis& axis, int from, int to, double start, double cell, int cells) {
  std::vector<Between> table;
  const double half_pixel = 0.5 * axis.original / axis.pixels / (cell * axis.crop_size);  // in cells
  for (int pixel = from; pixel < to; ++pixel) {
    double position = (axis.place(pixel) - start) / cell - 0.5;
    if (std::abs(position - std::round(position)) <= half_pixel + 1e-9) position = std::round(position);
    position = std::clamp(position, 0.0, cells - 1.0);
    const int first = std::min(static_cast<int>(position), cells - 1);
    const double t = position - first;
    table.push_back({first, std::min(first + 1, cells - 1), static_cast<float>(t * t * (3 - 2 * t))});
  }
  return table;
}

PixelRange range_of(const RegionBox& box, const Axis& across, const Axis& down) {
  return {across.first_at_or_after(box.left), down.first_at_or_after(box.top), across.first_at_or_after(box.right),
          down.first_at_or_after(box.bottom)};
}

void draw_grid(WeightMap& map, const RegionGrid& grid, const std::vector<float>& weights, const Axis& across, const Axis& down) {
  const RegionBox whole{grid.left, grid.top, grid.left + grid.columns * grid.cell_width, grid.top + grid.rows * grid.cell_height};
  const auto range = range_of(whole, across, down);
  const auto columns = between_cells(across, range.left, range.right, grid.left, grid.cell_width, grid.columns);
  const auto rows = between_cells(down, range.top, range.bottom, grid.top, grid.cell_height, grid.rows);
  std::vector<float> line(grid.columns);  // the grid's values at the height of the pixels' row
  for (int y = range.top; y < range.bottom; ++y) {
    const auto& row = rows[y - range.top];
    for (int i = 0; i < grid.columns; ++i)
      line[i] = std::lerp(weights[grid.region_at[row.first * grid.columns + i]], weights[grid.region_at[row.second * grid.columns + i]],
                          row.share);
    float* out = map.values.data() + static_cast<std::size_t>(y) * map.width;
    for (int x = range.left; x < range.right; ++x) {
      const auto& column = columns[x - range.left];
      out[x] = line[column.first] + (line[column.second] - line[column.first]) * column.share;
    }
  }
}

void draw_boxes(WeightMap& map, const std::vector<RegionBox>& regions, const std::vector<float>& weights, const Axis& across,
                const Axis& down) {
  for (std::size_t i = 0; i < regions.size(); ++i) {
    if (!has_area(regions[i])) continue;
    const auto range = range_of(regions[i], across, down);
    for (int y = range.top; y < range.bottom; ++y) {
      float* out = map.values.data() + static_cast<std::size_t>(y) * map.width;
      for (int x = range.left; x < range.right; ++x) out[x] = std::max(out[x], weights[i]);
    }
  }
}

}  // namespace

WeightMap map_weights(const AttentionRecord& attention, std::size_t word, int width, int height) {
  const auto& geometry = attention.geometry;
  const auto& weights = attention.weights.at(word);
  TORCH_CHECK(weights.size() == attention.regions.size(), "one weight a region: ", attention.regions.size(), " regions, ", weights.size(),
              " weights");
  TORCH_CHECK(width > 0 && height > 0 && geometry.width > 0 && geometry.height > 0 && geometry.crop_width > 0 && geometry.crop_height > 0,
              "a picture without an area");
  const Axis across{width, static_cast<double>(geometry.width), geometry.left, geometry.crop_width};
  const Axis down{height, static_cast<double>(geometry.height), geometry.top, geometry.crop_height};
  WeightMap map{.width = width, .height = height, .values = std::vector<float>(static_cast<std::size_t>(width) * height)};
  map.seen = range_of({0, 0, 1, 1}, across, down);
  if (const auto grid = find_grid(attention.regions))
    draw_grid(map, *grid, weights, across, down);
  else
    draw_boxes(map, attention.regions, weights, across, down);
  return map;
}

std::size_t regions_in_sight(const CaptionRecord& record) {
  const auto& attention = *record.attention;
  if (!record.region) return attention.regions.size();
  std::size_t count = 0;
  for (std::size_t region = 0; region < attention.regions.size(); ++region)
    count += std::ranges::any_of(attention.weights, [&](const auto& row) { return row[region] > 0; }) ? 1 : 0;
  return count;
}

std::vector<double> largest_weights(const AttentionRecord& attention) {
  std::vector<double> largest;
  for (const auto& weights : attention.weights) {
    double most = 0;
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (has_area(attention.regions[i])) most = std::max(most, static_cast<double>(weights[i]));
    largest.push_back(most);
  }
  return largest;
}

}  // namespace saccade
