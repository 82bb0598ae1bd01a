/// Attention as figures for papers: SVG that needs nothing else, on white.
#pragma once

#include <string>

#include "pipeline/overlay/contact_sheet.h"

namespace saccade {

/// Columns of a matrix at most; more fit no screen and no paper.
inline constexpr std::size_t kMostMatrixRegions = 4096;

/// Throws Error for a record of more regions than that.
void require_few_regions(const CaptionRecord& record);

/// Words × regions as a heat map: a row a word with its name, a column a region under its piece of the picture (a JPEG within the file);
/// regions that form a grid stand in groups, a group a row of the grid. The record has attention over `original`. Throws Error as
/// require_few_regions() does.
std::string matrix_svg(const CaptionRecord& record, const Picture& original, WeightScale scale);

/// Entropy, largest weight, effective regions, movement and, where there is one, gate over the words, one plot below the other.
std::string strength_svg(const CaptionRecord& record);

}  // namespace saccade
