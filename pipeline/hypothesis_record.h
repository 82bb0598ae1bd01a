#pragma once

#include "data/text/vocabulary.h"
#include "models/search/beam_search.h"
#include "pipeline/records.h"

namespace saccade {

/// The record of one picture from what a search found for it, best first: the caption, its words, and at most `alternatives` further
/// captions. `image` and `id` are left to the caller.
CaptionRecord record_of(const std::vector<Hypothesis>& hypotheses, const Vocabulary& vocabulary, int64_t alternatives = 0);

/// Where its words looked. `geometry` tells how the network's input was cut from the picture, `regions` where on that input the L regions
/// are.
AttentionRecord attention_of(const Hypothesis& hypothesis, const PictureGeometry& geometry, const std::vector<RegionBox>& regions);

}  // namespace saccade
