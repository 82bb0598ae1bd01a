#include "data/pictures/exif.h"

#include <cstring>

#include "data/pictures/byte_reader.h"

namespace saccade {
namespace {

constexpr uint32_t kOrientationTag = 0x0112, kShortType = 3;

// Where pixel (x, y) of the upright picture lies in the stored one: a start, and what a step right and a step down add, in pixels.
struct Walk {
  std::ptrdiff_t start, right, down;
};

Walk walk_of(const Picture& stored, int orientation) {
  const std::ptrdiff_t w = stored.width, h = stored.height, last_row = (h - 1) * w;
  switch (orientation) {
    case 2:
      return {w - 1, -1, w};  // mirrored left to right
    case 3:
      return {last_row + w - 1, -1, -w};  // turned by 180 degrees
    case 4:
      return {last_row, 1, -w};  // mirrored top to bottom
    case 5:
      return {0, w, 1};  // transposed
    case 6:
      return {last_row, -w, 1};  // to be turned clockwise
    case 7:
      return {last_row + w - 1, -w, -1};  // transposed over the other diagonal
    case 8:
      return {w - 1, w, -1};  // to be turned anticlockwise
    default:
      return {0, 1, w};
  }
}

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
  ByteReader reader{tiff};
  if (reader.has(0, "II")) {
    reader.big_endian = false;
  } else if (!reader.has(0, "MM")) {
    return 1;
  }
  try {
    const std::size_t directory = reader.u32(4);
    const auto entries = reader.u16(directory);
    for (std::size_t i = 0; i < entries; ++i) {
      const auto entry = directory + 2 + 12 * i;
      if (reader.u16(entry) != kOrientationTag) continue;
      const auto orientation = reader.u16(entry + 2) == kShortType ? reader.u16(entry + 8) : reader.u32(entry + 8);
      return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
    }
  } catch (const DecodeFailure&) {
    // A cut EXIF block says nothing of the picture itself.
  }
  return 1;
}

Picture make_upright(Picture stored, int orientation) {
  if (orientation <= 1 || orientation > 8) return stored;
  const bool turned = orientation >= 5;
  Picture upright{.width = turned ? stored.height : stored.width, .height = turned ? stored.width : stored.height};
  upright.rgb.resize(stored.rgb.size());
  const auto walk = walk_of(stored, orientation);
  auto* target = upright.rgb.data();
  for (int y = 0; y < upright.height; ++y) {
    const auto* source = stored.rgb.data() + 3 * (walk.start + y * walk.down);
    for (int x = 0; x < upright.width; ++x, target += 3) std::memcpy(target, source + 3 * x * walk.right, 3);
  }
  return upright;
}

}  // namespace saccade
