#pragma once

#include <optional>
#include <vector>

#include "models/encoders/region_box.h"

namespace saccade {

/// Regions that tile a rectangle in equal cells, in whatever order.
struct RegionGrid {
  int columns = 0, rows = 0;
  double left = 0, top = 0, cell_width = 0, cell_height = 0;  ///< parts of the network's input
  std::vector<int> region_at;                                 ///< row-major over the grid: which region lies there
};

/// Nothing if the regions (those without an area aside) do not form a grid.
std::optional<RegionGrid> find_grid(const std::vector<RegionBox>& regions);

}  // namespace saccade
