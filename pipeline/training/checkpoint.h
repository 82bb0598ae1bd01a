/// The state of a training run, whole: what a resumed run needs to end exactly as the uninterrupted one.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/load_weights.h"

namespace saccade {

/// Where a run stands. Random draws are functions of (seed, epoch, step), so no generator has a state to keep.
struct TrainingProgress {
  int64_t epoch = 0;             ///< being trained, from 0
  int64_t batch = 0;             ///< next of that epoch
  int64_t step = 0;              ///< taken in all
  double loss_sum = 0;           ///< of the epoch so far
  double cross_entropy_sum = 0;  ///< likewise
  double best_score = -1;        ///< validation CIDEr of best.safetensors; -1 before the first
  int64_t best_epoch = -1;
  int64_t epochs_without_gain = 0;
  double plateau_factor = 1;  ///< of the learning rate, under the plateau schedule
  double seconds = 0;         ///< of work until now, all calls together
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TrainingProgress, epoch, batch, step, loss_sum, cross_entropy_sum, best_score, best_epoch,
                                                epochs_without_gain, plateau_factor, seconds)

struct Checkpoint {
  TrainingProgress progress;
  NamedTensors tensors;
  nlohmann::json config;  ///< of the experiment
  std::string data;       ///< fingerprint of the data set
};

/// Writes folder/step-<step>.safetensors atomically, then removes all but the newest two.
void save_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);

/// The newest that can be read; damaged ones are passed over, with a line to stderr. std::nullopt where there is none; Error where there
/// are some and none can be read.
std::optional<Checkpoint> load_newest_checkpoint(const std::filesystem::path& folder);

}  // namespace saccade
