/// Scores on a validation split by free-running search: the model writes its captions itself, as it will for a user.
#pragma once

#include <functional>

#include "data/prepared/prepared_dataset.h"
#include "models/decoders/decoder.h"
#include "models/search/search_config.h"
#include "pipeline/metrics/metrics.h"

namespace saccade {

class Validation {
 public:
  /// Tokenises the references once. `pictures` at most; 0: all of the split.
  Validation(const PreparedDataset& dataset, const std::string& split, int64_t pictures);

  /// `features` gives region features [B, L, D] of images of the data set. The decoder is put into evaluation mode and back.
  CorpusScores score(DecoderModule& decoder, const SearchConfig& search, const std::function<torch::Tensor(const torch::Tensor& images)>& features) const;

 private:
  const PreparedDataset& dataset_;
  std::vector<int64_t> images_;
  std::vector<std::vector<std::vector<std::string>>> references_;  // picture, caption, token
};

}  // namespace saccade
