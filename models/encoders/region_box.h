#pragma once

#include <cstdint>
#include <vector>

namespace saccade {

/// Where a region lies, in fractions of the network's input (0 left or top, 1 right or bottom).
struct RegionBox {
  double left = 0, top = 0, right = 1, bottom = 1;
};

/// Boxes of a G×G grid over the whole input, row-major. `side` is G.
std::vector<RegionBox> grid_regions(int64_t side);

}  // namespace saccade
