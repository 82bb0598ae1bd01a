/// The outlines of shapes, as layout and drawing both need them.
#pragma once

#include <vector>

#include "data/scenes/scene.h"

namespace saccade {

struct Point {
  double x = 0, y = 0;
};

/// A ring's hole, as a part of its radius.
inline constexpr double kRingHole = 0.5;

/// Corners of a shape of circumradius 1 around the origin, turned by `angle`; empty for round shapes.
std::vector<Point> corners(Shape shape, double angle);

/// Width and height of a shape whose longer side is `extent`.
Point bounds(Shape shape, double angle, double extent);

}  // namespace saccade
