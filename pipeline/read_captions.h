/// Captions to be scored, from any file that holds some.
#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/records.h"

namespace saccade {

/// Told by its content: our JSON lines, COCO results (a list of {"image_id", "caption"}), CSV with a header that names an image and a
/// caption column, and lines image<TAB>caption. Records of COCO results have an id, and as `image` its text. Throws Error, with the place,
/// for what is none of these, and for an empty file.
std::vector<CaptionRecord> read_captions(const std::filesystem::path& path);

}  // namespace saccade
