#pragma once

#include "data/prepared/prepared_dataset.h"
#include "pipeline/captioning/caption_batch.h"
#include "pipeline/evaluate.h"

namespace saccade {

struct ModelEvaluation {
  std::vector<CaptionRecord> records;  ///< one a picture of the split, in its order
  EvaluationReport report;
};

/// Captions a split of a prepared set, freely, and scores the captions. Throws Error where the model takes pictures of another side or fit.
ModelEvaluation evaluate_model(const LoadedModel& model, const PreparedDataset& dataset, const std::string& split,
                               const BatchOptions& options, bool quiet);

}  // namespace saccade
