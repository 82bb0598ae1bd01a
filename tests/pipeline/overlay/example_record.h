#pragma once

#include "pipeline/overlay/region_grid.h"
#include "pipeline/records.h"

namespace saccade {

inline std::vector<RegionBox> grid_of_boxes(int side) {
  std::vector<RegionBox> regions;
  const double cell = 1.0 / side;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x) regions.push_back({x * cell, y * cell, (x + 1) * cell, (y + 1) * cell});
  return regions;
}

/// A grey slope from left to right, with some colour, so that no two columns are equal.
inline Picture sloped_picture(int width, int height) {
  Picture picture{.width = width, .height = height};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const auto light = static_cast<uint8_t>(40 + 180 * x / width);
      picture.rgb.insert(picture.rgb.end(), {light, static_cast<uint8_t>(light / 2 + 60 * y / height), static_cast<uint8_t>(255 - light)});
    }
  return picture;
}

/// Word t of a caption looks at region t of a G×G grid over the middle square of a width × height picture, and a little everywhere.
inline CaptionRecord example_record(int width, int height, int side, const std::vector<std::string>& words) {
  CaptionRecord record{.image = "pictures/example.jpg"};
  const double crop = std::min(width, height);
  AttentionRecord attention{.geometry = {width, height, (width - crop) / 2, (height - crop) / 2, crop, crop},
                            .regions = grid_of_boxes(side)};
  const auto regions = attention.regions.size();
  for (std::size_t t = 0; t < words.size(); ++t) {
    record.caption += (t ? " " : "") + words[t];
    record.words.push_back({words[t], 0.9 - 0.1 * static_cast<double>(t % 5)});
    std::vector<float> weights(regions, 0.5f / static_cast<float>(regions));
    weights[t % regions] += 0.5f;
    attention.weights.push_back(weights);
    attention.gates.push_back(0.25 + 0.05 * static_cast<double>(t % 10));
  }
  record.attention = attention;
  return record;
}

}  // namespace saccade
