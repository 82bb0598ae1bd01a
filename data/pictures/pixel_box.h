#pragma once

#include <vector>

namespace saccade {

/// A rectangle in pixels of a picture.
struct PixelBox {
  double left = 0, top = 0, width = 0, height = 0;
  double right() const { return left + width; }
  double bottom() const { return top + height; }
  bool contains(double x, double y) const { return x >= left && y >= top && x < right() && y < bottom(); }
  bool operator==(const PixelBox&) const = default;
};

/// 0..1: how much of `area` the boxes cover together; 0 where it has no area.
double share_covered(const PixelBox& area, const std::vector<PixelBox>& boxes);

}  // namespace saccade
