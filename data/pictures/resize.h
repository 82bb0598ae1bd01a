#pragma once

#include "data/pictures/picture.h"

namespace saccade {

/// A rectangle of a picture, its edges between pixels or within them.
struct Region {
  double left = 0, top = 0, width = 0, height = 0;
};

/// Which part of a picture `mode` keeps.
PictureGeometry fitted_geometry(int width, int height, FitMode mode);

/// The part that is kept, in the pixels of a picture `shrink` times smaller than the original.
Region region_of(const PictureGeometry& geometry, int shrink = 1);

/// side × side pixels of a region within the picture: on each axis area averaging where it shrinks, bilinear where it grows. Integers
/// throughout: the same bytes on every machine.
Picture resize_region(const Picture& picture, const Region& region, int side);

}  // namespace saccade
