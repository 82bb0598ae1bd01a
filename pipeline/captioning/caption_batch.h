#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/search/beam_search.h"
#include "pipeline/captioning/region_prompt.h"
#include "pipeline/captioning/region_search.h"
#include "pipeline/model_file.h"
#include "pipeline/records.h"

namespace saccade {

enum class AttentionDetail {
  kOmit,
  kRecord,  ///< where every word looked stands in the record
};

struct BatchOptions {
  SearchConfig search;
  int64_t batch_pictures = 16;
  int64_t alternatives = 0;  ///< further captions of a picture, at most beam_size - 1
  AttentionDetail attention = AttentionDetail::kOmit;
  std::optional<RegionPrompt> region;  ///< the place that alone is captioned
};

/// [B, S, S, 3] uint8
torch::Tensor stack_pictures(std::span<const FittedPicture> pictures);

/// Fitted pictures to records, a batch at a time.
class BatchCaptioner {
 public:
  /// `model` must outlive this.
  BatchCaptioner(const LoadedModel& model, const BatchOptions& options);

  /// One record a picture, in order; `image` and `id` are left to the caller. A picture without the place that is asked for has a record
  /// with its error. Where memory runs out, the batch is halved, and stays so. Throws Error if it does not suffice for one picture.
  std::vector<CaptionRecord> caption(std::span<const FittedPicture> pictures);

 private:
  std::vector<CaptionRecord> caption_together(std::span<const FittedPicture> pictures);
  std::vector<CaptionRecord> caption_places(const torch::Tensor& features, std::span<const FittedPicture> pictures);
  CaptionRecord record_for(const std::vector<Hypothesis>& found, const FittedPicture& picture) const;

  const LoadedModel& model_;
  BatchOptions options_;
  std::vector<RegionBox> regions_;
  RegionSearch region_search_;
  std::size_t most_together_;
};

}  // namespace saccade
