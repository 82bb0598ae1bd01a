#pragma once

#include "pipeline/records.h"

namespace saccade {

enum class WeightScale {
  kShared,   ///< one for the caption: colours of different words compare
  kPerWord,  ///< each word's largest weight gets the last colour
};
NLOHMANN_JSON_SERIALIZE_ENUM(WeightScale, {{WeightScale::kShared, "shared"}, {WeightScale::kPerWord, "per-word"}})

struct SheetOptions {
  int tile = 280;   ///< longest side of a tile's picture, pixels
  int columns = 0;  ///< 0: as many as make the sheet a little wider than high
  WeightScale scale = WeightScale::kShared;
};

/// How many tiles stand side by side.
int sheet_columns(const SheetOptions& options, int tiles, int tile_width, int tile_height);

/// Caption, the plain picture, a tile for every word with its probability and gate, and the scale of the colours.
Picture contact_sheet(const CaptionRecord& record, const Picture& original, const SheetOptions& options = {});

/// The weight that gets the last colour, for each word.
std::vector<double> colour_limits(const AttentionRecord& attention, WeightScale scale);

}  // namespace saccade
