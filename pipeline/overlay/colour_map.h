/// Numbers as colours, and how they lie over a photograph.
#pragma once

#include <array>
#include <cstdint>

#include "data/pictures/picture.h"
#include "pipeline/overlay/weight_map.h"

namespace saccade {

struct Rgb8 {
  uint8_t red = 0, green = 0, blue = 0;
};

/// 256 steps from deep violet over red to pale yellow: lightness rises evenly (in OKLab), so equal differences of weight look equal, in
/// print and to colour-blind eyes too.
const std::array<Rgb8, 256>& heat_colours();

/// How much of the colour lies over the picture at 0 and at 1: little attention veils and darkens, much attention glows.
struct Veil {
  double at_nothing = 0.42;
  double at_most = 0.74;
  double unseen = 0.62;  ///< of black, where the network did not look
  double grey = 0.7;     ///< of the picture's own colours taken away before, lest they read as weights
};

/// The picture under the map's colours; `most` is the weight that gets the last colour. The map has the picture's size.
Picture overlay_weights(const Picture& picture, const WeightMap& map, double most, const Veil& veil = {});

}  // namespace saccade
