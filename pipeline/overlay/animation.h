#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/overlay/contact_sheet.h"

namespace saccade {

struct AnimationOptions {
  int longest_side = 480;      ///< of the picture, pixels
  double word_seconds = 0.9;   ///< a word stays
  double pause_seconds = 1.6;  ///< the plain picture stays
  WeightScale scale = WeightScale::kShared;
};

/// A GIF that loops: the plain picture, then a frame for every word, the caption below with the word marked.
std::vector<std::byte> animate_words(const CaptionRecord& record, const Picture& original, const AnimationOptions& options = {});

}  // namespace saccade
