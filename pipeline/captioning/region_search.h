#pragma once

#include "models/search/beam_search.h"
#include "pipeline/model_file.h"

namespace saccade {

/// Captions of a few regions of pictures, as if there were no others: the decoder is given these alone, so that nothing else enters its
/// first state, its refiner or its weights. (What the encoder saw around a region is in the region's features, here as always.)
class RegionSearch {
 public:
  /// `model` must outlive this.
  explicit RegionSearch(const LoadedModel& model) : model_(model) {}

  /// features [B, R, D] of LoadedModel::encode; `inside` indices of the R, at least one. As beam_search; the weights [T, R] of the regions
  /// outside are 0.
  std::vector<std::vector<Hypothesis>> search(const torch::Tensor& features, const std::vector<int64_t>& inside,
                                              const SearchConfig& config);

 private:
  DecoderModule& decoder_of(const std::vector<int64_t>& inside);

  const LoadedModel& model_;
  // A refiner that knows where its regions lie is made again for those inside, with the model's weights; kept for the next pictures.
  std::vector<int64_t> made_for_;
  std::shared_ptr<DecoderModule> made_;
};

}  // namespace saccade
