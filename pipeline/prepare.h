/// From captions and pictures, as people keep them, to a prepared data set.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/annotations/annotations.h"
#include "data/prepared/prepared_dataset.h"

namespace saccade {

struct CaptionsFile {
  std::filesystem::path path;
  std::string split;  ///< of its images that have none of their own; may be empty
};

struct PrepareOptions {
  std::vector<CaptionsFile> captions;
  std::filesystem::path images;  ///< their folder; empty: the captions' own, or its images/ or Images/
  AnnotationFormat format = AnnotationFormat::kAuto;
  std::vector<SplitList> split_lists;
  std::vector<std::filesystem::path> boxes;  ///< where things are: COCO instances, pictures by the names that the captions give them
  std::filesystem::path output;
  PreparedOptions prepared;
  double max_bad_share = 0.01;  ///< of rows, of boxes, and of pictures; more, and the work ends with an error
  bool overwrite = false;       ///< replace a data set that is in the folder
  bool strict = false;          ///< no bad row or picture at all
  uint64_t seed = 1;            ///< of the split that is made where the data has none
  int threads = 0;              ///< 0: one a core
  bool quiet = false;
};

struct PrepareSummary {
  std::map<std::string, int64_t> images;  ///< by split
  int64_t captions = 0;
  int64_t words = 0;                 ///< size of the vocabulary
  int64_t rows = 0, bad_rows = 0;    ///< of the captions and split files
  int64_t boxes = 0;                 ///< in what the network sees of the pictures
  int64_t bad_boxes = 0;             ///< rows of the boxes' files
  int64_t boxed_elsewhere = 0;       ///< pictures of the boxes' files that are not in the set
  int64_t bad_pictures = 0;          ///< absent or beyond use
  int64_t damaged_pictures = 0;      ///< used, with a warning
  int64_t images_without_split = 0;  ///< left out
  int64_t images_without_words = 0;  ///< left out
  bool split_was_made = false;       ///< 90 : 5 : 5, as the data has no split
  int64_t bytes = 0;                 ///< of the folder
  double seconds = 0;
  std::string fingerprint;
};

/// Decodes every picture once and writes the data set. What is left out is listed in dataset.json with file, line and reason. Throws Error
/// where too much is wrong or the output is a folder of something else; Stopped on a signal. In both cases no data set is there that was
/// not there before.
PrepareSummary prepare(const PrepareOptions& options);

/// What happened, in a few lines for people.
std::string describe(const PrepareSummary& summary);

}  // namespace saccade
