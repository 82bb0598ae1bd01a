#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/explanation/explanation.h"

namespace saccade {

struct StepThroughOptions {
  int longest_side = 360;      ///< of the picture, pixels
  double step_seconds = 0.8;   ///< the query, the scores, the weights and the context stay, each
  double word_seconds = 1.6;   ///< the word stays
  double pause_seconds = 2.5;  ///< the plain picture before, the whole caption after
};

/// A GIF that loops: for each word what was asked, how the regions were scored, their weights, what was seen, and the word among those that
/// could have stood there, a frame each; what the kind has not is left out. `record` has attention, and a step of `explanation` a word.
std::vector<std::byte> animate_steps(const CaptionRecord& record, const Explanation& explanation, const Picture& original,
                                     const StepThroughOptions& options = {});

}  // namespace saccade
