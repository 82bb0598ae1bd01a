/// explanation/: goes deeper than the weights of a word. A model, a picture and its caption enter; an Explanation leaves, and pages and
/// animations of it.
#pragma once

#include "pipeline/explanation/explanation.h"
#include "pipeline/model_file.h"

namespace saccade {

/// Most regions that a counterfactual takes away, as a share of all: a picture without most of itself is another picture.
inline constexpr double kMostTaken = 1.0 / 3;

/// Explains words that were written of a picture. features [R, D] of it, on the model's device (LoadedModel::encode); `search` writes the
/// captions of the counterfactuals, all of them together. A Transformer's query and context are those of its layers, one after another. A
/// region that is taken away has the mean feature of its picture. There are no counterfactuals where the model asks nothing of the picture,
/// so that no region is attended to more than another. Not in inference mode.
Explanation explain_words(const LoadedModel& model, const torch::Tensor& features, const std::vector<WordRecord>& words,
                          const SearchConfig& search);

/// What was written of a picture, with attention, and how it came about.
struct ExplainedCaption {
  CaptionRecord record;  ///< `image` and `id` are left to the caller
  Explanation explanation;
};

ExplainedCaption explain_picture(const LoadedModel& model, const FittedPicture& picture, const SearchConfig& search);

}  // namespace saccade
