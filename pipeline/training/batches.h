/// Which pictures and captions each step of an epoch sees: a function of (seed, epoch) alone, so that a resumed run sees the same.
#pragma once

#include "data/prepared/prepared_dataset.h"
#include "pipeline/config.h"

namespace saccade {

/// One step's pictures and their captions.
struct Batch {
  torch::Tensor images;    ///< [B] long, indices into the data set
  torch::Tensor mirrored;  ///< [B] bool
  torch::Tensor tokens;    ///< [B, K, T+1] long: kStartToken, words, kEndToken, kPadToken ...
};

class BatchPlanner {
 public:
  /// Throws Error for a training split that is not there.
  BatchPlanner(const PreparedDataset& dataset, const TrainingConfig& config);

  int64_t batches() const { return batches_; }
  /// All batches of an epoch, as numbers of the training pictures, for make(). Pictures whose longest captions are alike go together, so
  /// that little is computed on padding.
  std::vector<std::vector<int64_t>> plan(int64_t epoch) const;
  Batch make(const std::vector<int64_t>& pictures, int64_t epoch) const;

 private:
  struct TrainingPicture {
    int64_t image;
    std::vector<std::vector<int64_t>> captions;
    std::size_t longest;
  };
  std::vector<TrainingPicture> pictures_;
  TrainingConfig config_;
  int64_t batches_ = 0;
};

}  // namespace saccade
