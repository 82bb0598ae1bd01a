/// overlay/: shows where every word looked, on the original picture. Records with attention and their pictures enter; PNG, GIF, SVG and
/// HTML files leave. weight_map.h puts weights back where they came from, colour_map.h colours them; the rest arranges.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/overlay/contact_sheet.h"
#include "pipeline/overlay/html_report.h"

namespace saccade {

enum class OverlayFormat {
  kSheet,        ///< one PNG: a tile a word
  kWords,        ///< a PNG a word, of the original's size
  kGif,          ///< an animation over the words
  kHtml,         ///< a page
  kMatrix,       ///< a figure, SVG: words × regions
  kStrength,     ///< a figure, SVG: how strongly every word looked
  kNpy,          ///< no picture: the weights, for NumPy
  kSafetensors,  ///< no picture: weights, regions and gates, and what they belong to
};
NLOHMANN_JSON_SERIALIZE_ENUM(OverlayFormat, {{OverlayFormat::kSheet, "sheet"},
                                             {OverlayFormat::kWords, "words"},
                                             {OverlayFormat::kGif, "gif"},
                                             {OverlayFormat::kHtml, "html"},
                                             {OverlayFormat::kMatrix, "matrix"},
                                             {OverlayFormat::kStrength, "strength"},
                                             {OverlayFormat::kNpy, "npy"},
                                             {OverlayFormat::kSafetensors, "safetensors"}})

struct OverlayOptions {
  std::vector<OverlayFormat> formats = {OverlayFormat::kSheet};
  WeightScale scale = WeightScale::kShared;
  int tile = 280;            ///< pixels, longest side of a tile of the sheet
  int gif_longest = 480;     ///< pixels, longest side of the animation
  double gif_seconds = 0.9;  ///< a word stays
};

/// Writes what `options.formats` asks for into `folder`, which is made if it is not there, and returns the files. Their names begin with
/// safe_stem(record.image): the record's own text is never a path. Throws Error if the record has no attention, if its parts do not fit
/// together, if `original` has not the size that was captioned, or if a format cannot hold it.
std::vector<std::filesystem::path> write_overlay(const CaptionRecord& record, const Picture& original, const std::filesystem::path& folder,
                                                 const OverlayOptions& options = {});

/// Part of what write_overlay checks before it writes anything; pages of many pictures check it before report_picture.
void require_attention(const CaptionRecord& record, const Picture& original);
/// All of it.
void require_drawable(const CaptionRecord& record, const Picture& original, const std::vector<OverlayFormat>& formats);

/// The picture, with a line around the place that alone was captioned where the record names one. write_overlay draws it itself.
Picture with_region(const CaptionRecord& record, const Picture& original);

/// render_report into a file, atomically.
void write_report(const Report& report, const std::filesystem::path& file);

}  // namespace saccade
