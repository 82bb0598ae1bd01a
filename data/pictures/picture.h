/// Pictures in memory, and how one became the network's input.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

namespace saccade {

/// 8-bit RGB, row-major, no padding: rgb.size() = 3 · width · height.
struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;
};

enum class FitMode {
  kSquash,  ///< the whole picture, its aspect ratio not kept
  kCrop,    ///< the largest square in the middle
};
NLOHMANN_JSON_SERIALIZE_ENUM(FitMode, {{FitMode::kSquash, "squash"}, {FitMode::kCrop, "crop"}})

/// Which rectangle of the upright original the network saw, so that weights find their way back. Pixels.
struct PictureGeometry {
  int width = 0, height = 0;  ///< of the original, after its EXIF orientation
  double left = 0, top = 0, crop_width = 0, crop_height = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PictureGeometry, width, height, left, top, crop_width, crop_height)

/// Of a picture that is the network's input itself.
inline PictureGeometry whole_picture(int side) {
  return {.width = side, .height = side, .crop_width = static_cast<double>(side), .crop_height = static_cast<double>(side)};
}

struct FittedPicture {
  Picture picture;  ///< side × side
  PictureGeometry geometry;
};

/// Crops as `mode` says and resizes to side × side: area averaging where the picture shrinks, bilinear where it grows.
FittedPicture fit_picture(const Picture& picture, int side, FitMode mode);

}  // namespace saccade
