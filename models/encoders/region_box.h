#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace saccade {

/// Where a region lies, in fractions of the network's input (0 left or top, 1 right or bottom).
struct RegionBox {
  double left = 0, top = 0, right = 1, bottom = 1;
};

/// Whether it has a place at all.
inline bool has_area(const RegionBox& region) { return region.right > region.left && region.bottom > region.top; }

/// Boxes of a G×G grid over the whole input, row-major. `side` is G.
inline std::vector<RegionBox> grid_regions(int64_t side) {
  std::vector<RegionBox> boxes;
  boxes.reserve(static_cast<std::size_t>(side * side));
  const auto place = [side](int64_t index) { return static_cast<double>(index) / static_cast<double>(side); };
  for (int64_t row = 0; row < side; ++row) {
    for (int64_t column = 0; column < side; ++column) {
      boxes.push_back({.left = place(column), .top = place(row), .right = place(column + 1), .bottom = place(row + 1)});
    }
  }
  return boxes;
}

}  // namespace saccade
