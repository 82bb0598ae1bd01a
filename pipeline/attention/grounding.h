/// Does attention look at what the word names? Measured where boxes of things are known.
#pragma once

#include <vector>

#include "data/pictures/pixel_box.h"
#include "pipeline/records.h"

namespace saccade {

struct Grounding {
  int64_t words = 0;           ///< that name something that has a box
  double pointing = 0;         ///< share of them whose largest weight lies, by the centre of its region, in a box (the pointing game)
  double pointing_centre = 0;  ///< the same of a look that always goes to the middle of the picture
  double mass_in_box = 0;      ///< mean over words of the weight inside the boxes
  double box_share = 0;  ///< mean over words of the share of what the network saw that the boxes cover: the mass that even weights have
};

/// How much of a region's area lies in the boxes together, 0 where it has none; `geometry` takes it to the picture that the boxes are on.
double share_inside(const RegionBox& region, const PictureGeometry& geometry, const std::vector<PixelBox>& boxes);

class GroundingMeter {
 public:
  /// One caption. `boxes`: for each word those of what it names, in pixels of the original; empty for words that name nothing.
  void add(const AttentionRecord& attention, const std::vector<std::vector<PixelBox>>& boxes);
  Grounding result() const;

 private:
  Grounding sums_;
};

/// The centre of the region that word `word` looked at most, in pixels of the original. Regions without an area have no place.
struct PixelPoint {
  double x = 0, y = 0;
};
PixelPoint largest_weight_at(const AttentionRecord& attention, std::size_t word);

}  // namespace saccade
