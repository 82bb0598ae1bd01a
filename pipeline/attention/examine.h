/// Captions pictures with a model and examines how its attention behaved.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/prepared/prepared_dataset.h"
#include "pipeline/attention/health_meter.h"
#include "pipeline/captioning/caption_batch.h"

namespace saccade {

/// Boxes of what each of these words names on a picture, by its number in the order of coming; see boxes_of_words().
using BoxesOfWords = std::function<WordBoxes(std::size_t picture, const std::vector<std::string>& words)>;

/// By the boxes that a prepared set holds, for these images of it, in pixels of the originals; empty where it holds none of them. `dataset`
/// must outlive it.
BoxesOfWords boxes_of_set(const PreparedDataset& dataset, std::vector<int64_t> images);

class AttentionExaminer {
 public:
  /// `model` must outlive this. `boxes` may be empty: then nothing is known of grounding.
  AttentionExaminer(const LoadedModel& model, const SearchConfig& search, BoxesOfWords boxes = {});

  /// A batch; returns what was written of it; `image` and `id` are left to the caller.
  std::vector<CaptionRecord> add(std::span<const FittedPicture> pictures);
  AttentionHealth result() const { return meter_.result(); }
  /// Of encoding and search alone.
  double caption_seconds() const { return caption_seconds_; }

 private:
  const LoadedModel& model_;
  SearchConfig search_;
  BoxesOfWords boxes_;
  std::vector<RegionBox> regions_;
  HealthMeter meter_;
  std::size_t pictures_ = 0;
  double caption_seconds_ = 0;
};

/// Where the pictures come from.
struct ExaminationOptions {
  SearchConfig search;
  std::filesystem::path images;  ///< a folder of pictures; with `boxes`, what the names of its pictures start from
  std::filesystem::path boxes;   ///< COCO instances; of `images` only its pictures are examined
  int64_t pictures = 0;          ///< at most; 0: all
  int64_t batch_pictures = 16;
  bool quiet = false;
};

struct Examination {
  AttentionHealth health;
  std::vector<std::string> failures;  ///< "picture: why", of those that could not be read
  int64_t bad_rows = 0;               ///< of the boxes' file, left out
};

/// Pictures of a folder. Throws Error if none of them can be read.
Examination examine_pictures(const LoadedModel& model, const ExaminationOptions& options);

/// Pictures of a split of a prepared set; without `boxes` by those that it holds. Throws Error where the model takes pictures of another
/// side or fit, or `boxes` has none of the split.
Examination examine_split(const LoadedModel& model, const PreparedDataset& dataset, const std::string& split,
                          const ExaminationOptions& options);

}  // namespace saccade
