#include "pipeline/overlay/region_grid.h"

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

constexpr double kTolerance = 1e-4;  // records may have been written with few digits

/// The different values, those closer than the tolerance counted once.
std::vector<double> distinct(std::vector<double> values) {
  std::ranges::sort(values);
  std::vector<double> kept;
  for (const double value : values)
    if (kept.empty() || value - kept.back() > kTolerance) kept.push_back(value);
  return kept;
}

}  // namespace

std::optional<RegionGrid> find_grid(const std::vector<RegionBox>& regions) {
  std::vector<double> lefts, tops;
  for (const auto& region : regions) {
    if (!has_area(region)) continue;
    lefts.push_back(region.left);
    tops.push_back(region.top);
  }
  const auto count = lefts.size();
  lefts = distinct(lefts);
  tops = distinct(tops);
  if (count < 2 || lefts.size() * tops.size() != count) return std::nullopt;

  const auto first = std::ranges::find_if(regions, has_area);
  RegionGrid grid{.columns = static_cast<int>(lefts.size()),
                  .rows = static_cast<int>(tops.size()),
                  .left = lefts.front(),
                  .top = tops.front(),
                  .cell_width = first->right - first->left,
                  .cell_height = first->bottom - first->top,
                  .region_at = std::vector<int>(count, -1)};
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const auto& region = regions[i];
    if (!has_area(region)) continue;
    const double column = (region.left - grid.left) / grid.cell_width, row = (region.top - grid.top) / grid.cell_height;
    const double off =
        std::max({std::abs(column - std::round(column)) * grid.cell_width, std::abs(row - std::round(row)) * grid.cell_height,
                  std::abs(region.right - region.left - grid.cell_width), std::abs(region.bottom - region.top - grid.cell_height)});
    if (!(off <= kTolerance) || std::round(column) >= grid.columns || std::round(row) >= grid.rows) return std::nullopt;
    auto& place = grid.region_at[static_cast<std::size_t>(std::lround(row)) * grid.columns + std::lround(column)];
    if (place != -1) return std::nullopt;
    place = static_cast<int>(i);
  }
  return grid;
}

}  // namespace saccade
