/// Scores on a validation split by free-running search: the model writes its captions itself, as it will for a user.
#pragma once

#include <functional>

#include "data/prepared/prepared_dataset.h"
#include "models/decoders/decoder.h"
#include "models/search/search_config.h"
#include "pipeline/attention/health.h"
#include "pipeline/metrics/metrics.h"
#include "pipeline/records.h"

namespace saccade {

class Validation {
 public:
  /// Tokenises the references once. `pictures` at most; 0: all of the split. `regions` are those of the features. Throws
  /// Error for a split that is not there.
  Validation(const PreparedDataset& dataset, const std::string& split, int64_t pictures, std::vector<RegionBox> regions);

  struct Result {
    CorpusScores scores;
    std::vector<CaptionRecord> shown;  ///< of the first few pictures, with attention over `regions`
    AttentionHealth health;            ///< what takes many passes of the decoder: of those few
  };
  /// `features` gives region features [B, L, D] of images of the data set. The decoder is put into evaluation mode and back.
  Result run(DecoderModule& decoder, const SearchConfig& search,
             const std::function<torch::Tensor(const torch::Tensor& images)>& features) const;

  /// The picture of `shown[i]`, as the network saw it.
  Picture picture(std::size_t i) const;

 private:
  const PreparedDataset& dataset_;
  std::vector<RegionBox> regions_;
  std::vector<int64_t> images_;
  std::vector<std::vector<std::vector<std::string>>> references_;  // picture, caption, token
};

}  // namespace saccade
