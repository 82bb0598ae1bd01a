#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "data/pictures/format.h"

namespace saccade {

/// What a picture file says of itself, read without any codec and before memory is taken.
struct PictureHeader {
  int64_t width = 0, height = 0;  ///< as stored, before the orientation
  int orientation = 1;            ///< EXIF
  // Of JPEG:
  int components = 3;
  int64_t scans = 1;
  bool is_adobe = false;  ///< has Adobe's marker, whose CMYK is inverted
  // Of WebP:
  bool is_animated = false;
};

/// Throws DecodeFailure if the header is cut or of a kind that is not decoded. TIFF: the largest of the sizes it declares, tiles included.
PictureHeader read_picture_header(PictureFormat format, std::span<const std::byte> bytes);

}  // namespace saccade
