/// Gathers, caption by caption, what tells whether a model's attention can be trusted.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/search/beam_search.h"
#include "pipeline/attention/health.h"

namespace saccade {

/// Boxes of what each word of a caption names.
using WordBoxes = std::vector<std::vector<PixelBox>>;

class HealthMeter {
 public:
  /// `decoder` is in evaluation mode and must outlive this. Faithfulness and the findings of steps take many passes of it, and are measured
  /// on the first `probed` captions only.
  HealthMeter(DecoderModule& decoder, std::size_t probed) : decoder_(decoder), faithfulness_(decoder), most_probed_(probed) {}

  /// One caption: features [L, D] of its picture, on the decoder's device; `attention` is that of `written`. `boxes`: none where nothing is
  /// known of the picture.
  void add(const torch::Tensor& features, const Hypothesis& written, const AttentionRecord& attention,
           const std::optional<WordBoxes>& boxes);
  /// Judged. `grounding` where boxes were given.
  AttentionHealth result() const;

 private:
  DecoderModule& decoder_;
  StatisticsMeter statistics_;
  GroundingMeter grounding_;
  FaithfulnessMeter faithfulness_;
  StepFindings steps_;  // sums
  std::size_t most_probed_, probed_ = 0;
  bool has_boxes_ = false;
};

}  // namespace saccade
