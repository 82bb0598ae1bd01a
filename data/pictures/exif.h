#pragma once

#include <cstddef>
#include <span>

#include "data/pictures/picture.h"

namespace saccade {

/// The orientation, 1 to 8, of an EXIF block that begins with its TIFF header; 1 where there is none or it makes no sense. EXIF 2.3, tag
/// 0x0112.
int exif_orientation(std::span<const std::byte> tiff);

/// Turns and mirrors a picture as stored into the picture as seen.
Picture make_upright(Picture stored, int orientation);

}  // namespace saccade
