/// Synthetic scenes: coloured shapes in a simple world whose truth is known exactly. Seeded, endless, no download.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/pictures/picture.h"

namespace saccade {

enum class Shape { kCircle, kSquare, kTriangle, kStar, kCross, kRing };
enum class Colour { kRed, kGreen, kBlue, kYellow, kPurple, kOrange };
enum class Size { kSmall, kLarge };
enum class Background { kWhite, kGrey, kBlack, kGradient, kStriped, kNoisy };

/// Pixels of the scene's picture.
struct PixelBox {
  double left = 0, top = 0, width = 0, height = 0;
  bool contains(double x, double y) const { return x >= left && y >= top && x < left + width && y < top + height; }
};

struct SceneObject {
  Shape shape;
  Colour colour;
  Size size;
  PixelBox box;  ///< tight around what is drawn
};

struct Scene {
  int side = 0;  ///< pixels
  Background background;
  std::vector<SceneObject> objects;  ///< 1 to 3 groups, never overlapping
};

/// The scene number `index` of the endless series `seed`; independent of all other indices.
Scene make_scene(uint64_t seed, uint64_t index, int side);

/// Anti-aliased drawing of a scene.
Picture draw_scene(const Scene& scene);

/// `count` different true captions, from a small grammar: objects with colours (and sizes), counts ("two red circles") and relations ("a red circle left of a blue star").
std::vector<std::string> describe_scene(const Scene& scene, uint64_t seed, int count);

/// Whether every object, colour, count and relation that the caption says is there. A caption outside the grammar is untrue.
struct SceneVerdict {
  bool is_true = false;
  std::string reason;  ///< why not
};
SceneVerdict check_caption(const Scene& scene, const std::string& caption);

/// Where each word should look: for a shape word the boxes of all objects that it may name (same shape, and colour where the caption gives one); empty for other words.
std::vector<std::vector<PixelBox>> word_boxes(const Scene& scene, const std::vector<std::string>& words);

}  // namespace saccade
