#include "data/scenes/outline.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace saccade {
namespace {

/// `count` corners around the circle, every second at `inner_radius`; the first one points up.
std::vector<Point> around_circle(int count, double inner_radius, double angle) {
  std::vector<Point> points;
  for (int i = 0; i < count; ++i) {
    const double radius = i % 2 ? inner_radius : 1.0;
    const double turn = angle + 2 * std::numbers::pi * i / count;
    points.push_back({radius * std::sin(turn), -radius * std::cos(turn)});
  }
  return points;
}

std::vector<Point> cross(double angle) {
  constexpr double kArm = 0.34;  // half of an arm's width; the arms end at 1
  const Point upright[] = {{-kArm, -1}, {kArm, -1}, {kArm, -kArm}, {1, -kArm}, {1, kArm},   {kArm, kArm},
                           {kArm, 1},   {-kArm, 1}, {-kArm, kArm}, {-1, kArm}, {-1, -kArm}, {-kArm, -kArm}};
  std::vector<Point> points;
  const double sine = std::sin(angle), cosine = std::cos(angle);
  for (const auto& [x, y] : upright) points.push_back({x * cosine - y * sine, x * sine + y * cosine});
  return points;
}

}  // namespace

std::vector<Point> corners(Shape shape, double angle) {
  switch (shape) {
    case Shape::kCircle:
    case Shape::kRing:
      return {};
    case Shape::kSquare:
      return around_circle(4, 1.0, angle + std::numbers::pi / 4);
    case Shape::kTriangle:
      return around_circle(3, 1.0, angle);
    case Shape::kStar:
      return around_circle(10, 0.45, angle);
    case Shape::kCross:
      return cross(angle);
  }
  return {};
}

Point bounds(Shape shape, double angle, double extent) {
  const auto points = corners(shape, angle);
  if (points.empty()) return {extent, extent};
  const auto [left, right] = std::ranges::minmax(points, {}, &Point::x);
  const auto [top, bottom] = std::ranges::minmax(points, {}, &Point::y);
  const double width = right.x - left.x, height = bottom.y - top.y;
  const double scale = extent / std::max(width, height);
  return {width * scale, height * scale};
}

}  // namespace saccade
