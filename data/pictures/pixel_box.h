#pragma once

#include <optional>
#include <vector>

#include "data/pictures/picture.h"

namespace saccade {

/// A rectangle in pixels of a picture.
struct PixelBox {
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
  /// False where a side is no number.
  bool has_area() const { return right() > left && bottom() > top; }
  bool contains(double x, double y) const { return x >= left && y >= top && x < right() && y < bottom(); }
  bool operator==(const PixelBox&) const = default;
};

/// 0..1: how much of `area` the boxes cover together; 0 where it has no area.
double share_covered(const PixelBox& area, const std::vector<PixelBox>& boxes);

/// From pixels of the upright original to those of the network's input, cut at its edges; none where nothing of it is seen.
std::optional<PixelBox> box_on_input(const PixelBox& box, const PictureGeometry& geometry, int side);

/// And back.
PixelBox box_on_original(const PixelBox& box, const PictureGeometry& geometry, int side);

}  // namespace saccade
