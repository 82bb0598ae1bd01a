#include "data/pictures/pixel_box.h"

#include <algorithm>

namespace saccade {
namespace {

/// What of `area` is inside `box`; without area where they do not meet.
PixelBox common_part(const PixelBox& area, const PixelBox& box) {
  const double left = std::max(area.left, box.left), top = std::max(area.top, box.top);
  return {
      .left = left, .top = top, .width = std::min(area.right(), box.right()) - left, .height = std::min(area.bottom(), box.bottom()) - top};
}

/// Length of the line at height `y` that boxes cover, which are sorted by `left`.
double covered_at(double y, const std::vector<PixelBox>& boxes) {
  double covered = 0, end = -1e300;
  for (const auto& box : boxes) {
    if (y < box.top || y >= box.bottom() || box.right() <= end) continue;
    covered += box.right() - std::max(end, box.left);
    end = box.right();
  }
  return covered;
}

}  // namespace

double share_covered(const PixelBox& area, const std::vector<PixelBox>& boxes) {
  if (!(area.width > 0 && area.height > 0)) return 0;
  std::vector<PixelBox> parts;
  std::vector<double> edges;  // between two neighbours every line is covered alike
  for (const auto& box : boxes) {
    const auto part = common_part(area, box);
    if (!(part.width > 0 && part.height > 0)) continue;
    parts.push_back(part);
    edges.push_back(part.top);
    edges.push_back(part.bottom());
  }
  std::ranges::sort(parts, {}, &PixelBox::left);
  std::ranges::sort(edges);
  double covered = 0;
  for (std::size_t i = 1; i < edges.size(); ++i) {
    if (edges[i] > edges[i - 1]) covered += (edges[i] - edges[i - 1]) * covered_at((edges[i - 1] + edges[i]) / 2, parts);
  }
  return covered / (area.width * area.height);
}

std::optional<PixelBox> box_on_input(const PixelBox& box, const PictureGeometry& geometry, int side) {
  const double end = side, x = end / geometry.crop_width, y = end / geometry.crop_height;
  const double left = std::clamp((box.left - geometry.left) * x, 0.0, end), right = std::clamp((box.right() - geometry.left) * x, 0.0, end);
  const double top = std::clamp((box.top - geometry.top) * y, 0.0, end), bottom = std::clamp((box.bottom() - geometry.top) * y, 0.0, end);
  const PixelBox seen{.left = left, .top = top, .width = right - left, .height = bottom - top};
  return seen.has_area() ? std::optional(seen) : std::nullopt;
}

PixelBox box_on_original(const PixelBox& box, const PictureGeometry& geometry, int side) {
  const double x = geometry.crop_width / side, y = geometry.crop_height / side;
  return {.left = geometry.left + box.left * x, .top = geometry.top + box.top * y, .width = box.width * x, .height = box.height * y};
}

}  // namespace saccade
