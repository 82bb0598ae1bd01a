#pragma once

#include <filesystem>

#include "data/inputs/picture_source.h"
#include "pipeline/explanation/explain.h"
#include "pipeline/record_writers.h"

namespace saccade {

/// Where explanations go; an empty path: not there.
struct ExplainPicturesOptions {
  SearchConfig search;
  std::filesystem::path page;  ///< HTML; for many pictures more pages, see ReportPages
  std::filesystem::path json;  ///< JSON lines, "-" for standard output: every picture's record with the key `explanation`, or `error`
  std::filesystem::path gifs;  ///< folder; a step-through of each picture
  ExistingRecords existing = ExistingRecords::kRefuse;  ///< of `page` and `json`; a page cannot be gone on with, so never kResume
  bool quiet = false;                                   ///< no progress on stderr
};

struct ExplainTally {
  int64_t explained = 0;
  std::vector<std::string> failures;  ///< "picture: why", of those that could not be read
  bool stopped = false;               ///< by a signal; what was explained until then has been written
};

/// Captions the pictures of a source and explains each. What is wrong with one picture is told in the tally; what cannot be written throws
/// Error, before the work where it can be told by then.
ExplainTally explain_pictures(const LoadedModel& model, PictureSource& source, const ExplainPicturesOptions& options);

}  // namespace saccade
