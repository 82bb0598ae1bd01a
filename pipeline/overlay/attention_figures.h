/// Attention as figures for papers: SVG that needs nothing else, on white.
#pragma once

#include <string>

#include "pipeline/overlay/contact_sheet.h"

namespace saccade {

/// Words × regions as a heat map: a row a word with its name, a column a region under its piece of the picture (a JPEG within the file);
/// regions that form a grid stand in groups, a group a row of the grid. The record has attention over `original`.
std::string matrix_svg(const CaptionRecord& record, const Picture& original, WeightScale scale);

/// Entropy, largest weight, effective regions, movement and, where there is one, gate over the words, one plot below the other.
std::string strength_svg(const CaptionRecord& record);

}  // namespace saccade
