/// Synthetic scenes: coloured shapes in a simple world whose truth is known exactly. Seeded, endless, no download; the same on every
/// machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/pictures/picture.h"
#include "data/pictures/pixel_box.h"

namespace saccade {

enum class Shape { kCircle, kSquare, kTriangle, kStar, kCross, kRing };
enum class Colour { kRed, kGreen, kBlue, kYellow, kPurple, kOrange };
enum class Size { kSmall, kLarge };
enum class Background { kWhite, kGrey, kBlack, kGradient, kStriped, kNoisy };

struct SceneObject {
  Shape shape;
  Colour colour;
  Size size;
  PixelBox box;      ///< of the scene; tight around what is drawn
  double angle = 0;  ///< radians clockwise
};

/// Objects of the same shape and colour form a group, stand together in `objects` and have the same size. Two objects never overlap, and
/// along each axis they are either clearly apart or clearly not: what is left of or above what is never a matter of taste.
struct Scene {
  int side = 0;  ///< pixels
  Background background;
  uint64_t texture = 0;              ///< seed of what a caption never tells: tints, stripes, grain
  std::vector<SceneObject> objects;  ///< 1 to 3
};

/// The scene number `index` of the endless series `seed`; independent of all other indices. `side` is 32 or more.
Scene make_scene(uint64_t seed, uint64_t index, int side);

/// Anti-aliased drawing of a scene.
Picture draw_scene(const Scene& scene);

/// `count` true captions from a small grammar, different as long as the scene has that many: every group is named, with its count ("two red
/// circles"), sometimes its size, and for two groups mostly their relation ("a red circle left of a blue star"). Groups come in any order.
std::vector<std::string> describe_scene(const Scene& scene, uint64_t seed, int count);

/// Whether every object, colour, count and relation that the caption says is there. Counts are exact: "a red circle" is untrue of two.
/// Letter case and punctuation do not matter. A caption outside the grammar is untrue.
struct SceneVerdict {
  bool is_true = false;
  std::string reason;  ///< why not
};
SceneVerdict check_caption(const Scene& scene, const std::string& caption);

/// Where each word should look: for a shape word the boxes of all objects that it may name (same shape, and colour and size where the
/// caption gives them); empty for other words, and for shapes that are not there.
std::vector<std::vector<PixelBox>> word_boxes(const Scene& scene, const std::vector<std::string>& words);

/// "large red circle", and an object of such a name in its box; nothing for other names.
std::string name_of_object(const SceneObject& object);
std::optional<SceneObject> object_of_name(const std::string& name, const PixelBox& box);

}  // namespace saccade
