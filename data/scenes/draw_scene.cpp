#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "data/random.h"
#include "data/scenes/outline.h"

namespace saccade {
namespace {

struct Rgb {
  double red = 0, green = 0, blue = 0;  // 0 … 255, as stored
};

Rgb mix(const Rgb& a, const Rgb& b, double share) {
  return {a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share, a.blue + (b.blue - a.blue) * share};
}

Rgb brighter(const Rgb& colour, double factor) { return {colour.red * factor, colour.green * factor, colour.blue * factor}; }

constexpr std::array<Rgb, 6> kPalette = {{
    {214, 48, 62},   // red
    {46, 160, 92},   // green
    {52, 112, 222},  // blue
    {247, 205, 50},  // yellow
    {140, 76, 186},  // purple
    {243, 134, 36},  // orange
}};

// Pale and greyish, so that no background is ever one of the colours that captions name.
constexpr std::array<Rgb, 6> kTints = {{
    {226, 219, 206},  // sand
    {211, 219, 213},  // sage
    {209, 217, 226},  // mist
    {222, 214, 224},  // lilac
    {230, 216, 214},  // rose
    {214, 214, 214},  // ash
}};

/// A field of soft random bumps, -1 … 1: values on a coarse lattice, smoothly in between.
class SmoothNoise {
 public:
  SmoothNoise(int cells, SplitMix64& random) : cells_(cells), values_((cells + 1) * (cells + 1)) {
    for (auto& value : values_) value = random.uniform(-1, 1);
  }
  /// x and y in 0 … 1
  double at(double x, double y) const {
    const double column = std::min(x * cells_, cells_ - 1e-9), row = std::min(y * cells_, cells_ - 1e-9);
    const int i = static_cast<int>(column), j = static_cast<int>(row);
    const double u = ease(column - i), v = ease(row - j);
    const double upper = std::lerp(value(i, j), value(i + 1, j), u), lower = std::lerp(value(i, j + 1), value(i + 1, j + 1), u);
    return std::lerp(upper, lower, v);
  }

 private:
  static double ease(double t) { return t * t * (3 - 2 * t); }
  double value(int i, int j) const { return values_[j * (cells_ + 1) + i]; }
  int cells_;
  std::vector<double> values_;
};

struct Canvas {
  int side;
  std::vector<Rgb> pixels;
  Rgb& at(int x, int y) { return pixels[static_cast<std::size_t>(y) * side + x]; }
};

/// Calls `colour_at(x, y)` with the centre of each pixel as parts of the side.
template <typename ColourAt>
void fill(Canvas& canvas, ColourAt colour_at) {
  for (int y = 0; y < canvas.side; ++y)
    for (int x = 0; x < canvas.side; ++x) canvas.at(x, y) = colour_at((x + 0.5) / canvas.side, (y + 0.5) / canvas.side);
}

void draw_background(Canvas& canvas, Background background, SplitMix64& random) {
  const int first = random.below(6);
  const Rgb tint = kTints[first], other = kTints[(first + 1 + random.below(5)) % 6];
  const double turn = random.uniform(0, 2 * std::numbers::pi);
  const double along_x = std::cos(turn), along_y = std::sin(turn);
  switch (background) {
    case Background::kWhite:
      return fill(canvas, [&](double, double) { return mix({252, 251, 248}, tint, 0.12); });
    case Background::kGrey:
      return fill(canvas, [&](double, double) { return mix({176, 177, 180}, tint, 0.15); });
    case Background::kBlack:
      return fill(canvas, [&](double, double) { return mix({26, 28, 34}, tint, 0.04); });
    case Background::kGradient: {
      const Rgb light = brighter(tint, 1.08), dark = brighter(other, 0.78);
      return fill(canvas, [&](double x, double y) {
        return mix(light, dark, std::clamp(0.5 + ((x - 0.5) * along_x + (y - 0.5) * along_y) * 0.8, 0.0, 1.0));
      });
    }
    case Background::kStriped: {
      const double period = random.uniform(0.16, 0.24), softness = 1.5 / canvas.side / period;
      const Rgb darker = brighter(tint, 0.91);
      return fill(canvas, [&](double x, double y) {
        const double position = (x * along_x + y * along_y) / period;
        const double from_edge = std::abs(position - std::floor(position) - 0.5) - 0.25;  // negative inside a stripe
        return mix(tint, darker, std::clamp(0.5 - from_edge / softness, 0.0, 1.0));
      });
    }
    case Background::kNoisy: {
      const SmoothNoise bumps(5, random);
      return fill(canvas, [&](double x, double y) { return brighter(tint, 0.93 + 0.07 * bumps.at(x, y) + random.uniform(-0.035, 0.035)); });
    }
  }
}

/// Distance in pixels from a point to the outline; negative inside.
class Outline {
 public:
  explicit Outline(const SceneObject& object)
      : shape_(object.shape),
        centre_{object.box.left + object.box.width / 2, object.box.top + object.box.height / 2},
        radius_(object.box.width / 2),
        corners_(corners(object.shape, object.angle)) {
    if (corners_.empty()) return;
    const auto [left, right] = std::ranges::minmax(corners_, {}, &Point::x);
    const auto [top, bottom] = std::ranges::minmax(corners_, {}, &Point::y);
    const double scale = object.box.width / (right.x - left.x);
    const Point corner = {left.x, top.y};
    for (auto& point : corners_) point = {object.box.left + (point.x - corner.x) * scale, object.box.top + (point.y - corner.y) * scale};
  }

  double distance(double x, double y) const {
    if (!corners_.empty()) return polygon_distance(x, y);
    const double from_centre = std::hypot(x - centre_.x, y - centre_.y);
    const double outer = from_centre - radius_;
    return shape_ == Shape::kRing ? std::max(outer, radius_ * kRingHole - from_centre) : outer;
  }

 private:
  double polygon_distance(double x, double y) const {
    double nearest = std::numeric_limits<double>::max();
    bool inside = false;
    for (std::size_t i = 0, previous = corners_.size() - 1; i < corners_.size(); previous = i++) {
      const Point a = corners_[previous], b = corners_[i];
      const double edge_x = b.x - a.x, edge_y = b.y - a.y;
      const double along = std::clamp(((x - a.x) * edge_x + (y - a.y) * edge_y) / (edge_x * edge_x + edge_y * edge_y), 0.0, 1.0);
      nearest = std::min(nearest, std::hypot(x - a.x - along * edge_x, y - a.y - along * edge_y));
      if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) / edge_y * edge_x) inside = !inside;
    }
    return inside ? -nearest : nearest;
  }

  Shape shape_;
  Point centre_;
  double radius_;
  std::vector<Point> corners_;
};

/// A flat shape lit from above, with a thin darker rim that keeps yellow off white and purple off black.
void draw_object(Canvas& canvas, const SceneObject& object, SplitMix64& random) {
  const Outline outline(object);
  const Rgb base = brighter(kPalette[static_cast<int>(object.colour)], random.uniform(0.94, 1.04));
  const double rim_width = canvas.side / 64.0;
  const auto& box = object.box;
  for (int y = static_cast<int>(box.top); y < std::min<double>(canvas.side, box.bottom()); ++y) {
    const Rgb lit = brighter(base, 1.07 - 0.14 * (y + 0.5 - box.top) / box.height);
    for (int x = static_cast<int>(box.left); x < std::min<double>(canvas.side, box.right()); ++x) {
      const double distance = outline.distance(x + 0.5, y + 0.5);
      const double coverage = std::clamp(0.5 - distance, 0.0, 1.0);
      const double rim = std::clamp(0.5 + (distance + rim_width), 0.0, 1.0);
      canvas.at(x, y) = mix(canvas.at(x, y), mix(lit, brighter(lit, 0.72), rim), coverage);
    }
  }
}

}  // namespace

Picture draw_scene(const Scene& scene) {
  Canvas canvas{scene.side, std::vector<Rgb>(static_cast<std::size_t>(scene.side) * scene.side)};
  SplitMix64 random(scene.texture);
  draw_background(canvas, scene.background, random);
  for (const auto& object : scene.objects) draw_object(canvas, object, random);

  Picture picture{.width = scene.side, .height = scene.side};
  picture.rgb.reserve(canvas.pixels.size() * 3);
  for (const auto& pixel : canvas.pixels)
    for (const double channel : {pixel.red, pixel.green, pixel.blue})
      picture.rgb.push_back(static_cast<uint8_t>(std::clamp(channel + 0.5, 0.0, 255.0)));
  return picture;
}

}  // namespace saccade
