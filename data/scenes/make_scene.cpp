#include <algorithm>
#include <optional>

#include "data/error.h"
#include "data/random.h"
#include "data/scenes/outline.h"

namespace saccade {
namespace {

// Parts of the side. On 64 pixels and a grid of 8×8 a small object covers two cells each way.
constexpr double kSmallFrom = 0.27, kSmallTo = 0.31;
constexpr double kLargeFrom = 0.40, kLargeTo = 0.46;
constexpr double kMargin = 0.02;
constexpr double kClearGap = 0.05;  // between two boxes along an axis, or as much overlap: nothing in between
constexpr int kTries = 200;         // of one layout, before sizes are drawn anew

struct Group {
  Shape shape;
  Colour colour;
  int count;
};

/// What is in the scene: counts of the groups, by how often they come. The common cases are those that a caption can tell most of.
std::vector<int> draw_counts(SplitMix64& random) {
  const double kind = random.uniform();
  if (kind < 0.15) return {1};
  if (kind < 0.70) return {1, 1};
  if (kind < 0.80) return {2};
  if (kind < 0.86) return {3};
  if (kind < 0.92) return {2, 1};
  return {1, 1, 1};
}

/// Groups differ in shape and in colour, so that one word of a phrase is enough to find them.
std::vector<Group> draw_groups(SplitMix64& random) {
  std::vector<Group> groups;
  for (const int count : draw_counts(random)) {
    Group group{.count = count};
    do {
      group.shape = static_cast<Shape>(random.below(6));
      group.colour = static_cast<Colour>(random.below(6));
    } while (std::ranges::any_of(groups, [&](const Group& other) { return other.shape == group.shape || other.colour == group.colour; }));
    groups.push_back(group);
  }
  return groups;
}

double draw_angle(Shape shape, SplitMix64& random) {
  const double most = shape == Shape::kStar ? 0.3 : 0.14;
  return shape == Shape::kCircle || shape == Shape::kRing ? 0.0 : random.uniform(-most, most);
}

bool clearly_placed(const PixelBox& a, const PixelBox& b, double clear) {
  const double across = std::max(a.left, b.left) - std::min(a.right(), b.right());
  const double down = std::max(a.top, b.top) - std::min(a.bottom(), b.bottom());
  return std::max(across, down) >= clear && std::abs(across) >= clear && std::abs(down) >= clear;
}

/// Gives each object a place, or nothing if they would not fit.
std::optional<std::vector<SceneObject>> place(std::vector<SceneObject> objects, int side, SplitMix64& random) {
  for (std::size_t i = 0; i < objects.size(); ++i) {
    auto& box = objects[i].box;
    const auto is_clear = [&] {
      return std::all_of(objects.begin(), objects.begin() + i,
                         [&](const auto& other) { return clearly_placed(box, other.box, kClearGap * side); });
    };
    int tries = 0;
    do {
      if (++tries > kTries) return std::nullopt;
      box.left = random.uniform(kMargin * side, side * (1 - kMargin) - box.width);
      box.top = random.uniform(kMargin * side, side * (1 - kMargin) - box.height);
    } while (!is_clear());
  }
  return objects;
}

std::vector<SceneObject> draw_objects(const std::vector<Group>& groups, int side, SplitMix64& random) {
  std::vector<SceneObject> objects;
  for (const auto& group : groups) {
    const Size size = random.chance(0.5) ? Size::kLarge : Size::kSmall;
    const double extent = side * (size == Size::kLarge ? random.uniform(kLargeFrom, kLargeTo) : random.uniform(kSmallFrom, kSmallTo));
    for (int i = 0; i < group.count; ++i) {
      const double angle = draw_angle(group.shape, random);
      const auto [width, height] = bounds(group.shape, angle, extent);
      objects.push_back({group.shape, group.colour, size, {.width = width, .height = height}, angle});
    }
  }
  return objects;
}

}  // namespace

Scene make_scene(uint64_t seed, uint64_t index, int side) {
  if (side < 32) throw Error("scene side", std::to_string(side) + " pixels are too few to tell shapes", "use 32 or more");
  auto random = random_of_item(seed, index);
  Scene scene{.side = side, .background = static_cast<Background>(random.below(6)), .texture = random.next()};
  const auto groups = draw_groups(random);
  while (scene.objects.empty()) {
    if (auto placed = place(draw_objects(groups, side, random), side, random)) scene.objects = std::move(*placed);
  }
  return scene;
}

}  // namespace saccade
