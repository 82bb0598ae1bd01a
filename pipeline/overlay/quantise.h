#pragma once

#include <vector>

#include "data/pictures/picture.h"
#include "pipeline/overlay/colour_map.h"

namespace saccade {

struct IndexedPicture {
  int width = 0, height = 0;
  std::vector<Rgb8> palette;     ///< 256
  std::vector<uint8_t> indices;  ///< row-major
};

/// The picture in 256 colours chosen for it: median cut (Heckbert 1982), errors diffused (Floyd and Steinberg 1976).
IndexedPicture quantise(const Picture& picture);

}  // namespace saccade
