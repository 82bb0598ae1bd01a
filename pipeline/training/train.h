/// The training job: a prepared set and a configuration enter, a run folder with its best model leaves.
///   config.json       the configuration in effect      log.jsonl           losses, rates, scores
///   checkpoints/      to go on from                    events.out.tfevents the same for TensorBoard
///   best.safetensors  the model of the best validation CIDEr
#pragma once

#include "pipeline/config.h"
#include "pipeline/metrics/metrics.h"

namespace saccade {

struct TrainOptions {
  std::filesystem::path data;
  std::filesystem::path output;
  ExperimentConfig config;
  bool resume = false;  ///< go on from the newest checkpoint of `output`, or begin if there is none
  bool quiet = false;
  torch::Device device = torch::kCPU;
};

struct TrainSummary {
  std::filesystem::path model;  ///< best.safetensors
  int64_t epochs = 0;           ///< trained
  int64_t best_epoch = 0;       ///< from 1
  double best_cider = 0;        ///< on the validation split
  double seconds = 0;           ///< of work, those before a --resume included
  bool stopped_early = false;   ///< no gain within `patience` epochs
};

/// Throws Stopped (stop_signal.h) on a signal, after saving a checkpoint; Error where options, data or disk are at fault.
TrainSummary train(const TrainOptions& options);

}  // namespace saccade
