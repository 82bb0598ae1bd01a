#pragma once

#include <string>
#include <vector>

#include "data/prepared/prepared_dataset.h"
#include "pipeline/captioning/caption_batch.h"

namespace saccade {

/// What a model and what people wrote of the pictures of a split, in its order.
struct CaptionedSplit {
  std::vector<AnnotatedImage> references;
  std::vector<CaptionRecord> records;  ///< one a picture
};

/// As the model's input. Image i of the data set.
FittedPicture prepared_picture(const PreparedDataset& dataset, int64_t image);

/// Throws Error where the model takes pictures of another side or fit than the data set has, and tells how to prepare them.
void require_fitting_pictures(const LoadedModel& model, const PreparedDataset& dataset);

/// Captions a split of a prepared set, freely. Throws Error where the model takes pictures of another side or fit.
CaptionedSplit caption_split(const LoadedModel& model, const PreparedDataset& dataset, const std::string& split,
                             const BatchOptions& options, bool quiet);

}  // namespace saccade
