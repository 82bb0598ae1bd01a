/// A place of a picture that alone is to be captioned.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/pictures/picture.h"
#include "data/pictures/pixel_box.h"
#include "models/encoders/region_box.h"

namespace saccade {

struct RegionPrompt {
  PixelBox box;              ///< of every picture, upright as it is seen
  bool is_fraction = false;  ///< its numbers are fractions of the picture's sides, not pixels
};

/// "120,80,200,150": x, y, width, height; fractions where all of them are at most 1; of pixels at least two by two. Throws Error.
RegionPrompt parse_region(const std::string& text);

/// The prompt's box on this picture, in pixels, cut at its edges. Throws Error where it lies beside the picture.
PixelBox box_on(const RegionPrompt& prompt, const PictureGeometry& geometry);

/// Which of the network's regions, boxes on its input, show the place: those of which at least half lies in `box`; of a smaller box those
/// that it touches. In their order; regions without a place are never among them. Throws Error where the network sees nothing of the box.
std::vector<int64_t> regions_of(const PixelBox& box, const PictureGeometry& geometry, const std::vector<RegionBox>& regions);

}  // namespace saccade
