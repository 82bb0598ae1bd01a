#pragma once

#include "pipeline/overlay/overlay.h"
#include "pipeline/overlay/report_pages.h"

namespace saccade {

struct OverlayCaptionsOptions {
  std::filesystem::path captions;  ///< records with attention
  std::filesystem::path images;    ///< folder that relative names of pictures start from; empty: where we are
  std::filesystem::path output;
  OverlayOptions overlay;
  std::size_t page_pictures = ReportPages::kPictures;
  bool quiet = false;
};

struct OverlayTally {
  int64_t drawn = 0;
  int64_t without_caption = 0;        ///< records with an error
  std::vector<std::string> failures;  ///< "picture: why", of those that could not be drawn
  bool stopped = false;               ///< by a signal
};

/// Draws every record of a captions file. The HTML page is `output`/captions.html, and captions-2.html and so on for what is too much for
/// one page; everything else has a file or more of its own. What is wrong with one picture is told in the tally; a folder that cannot be
/// written throws Error.
OverlayTally overlay_captions(const OverlayCaptionsOptions& options);

}  // namespace saccade
