#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pipeline/training/tensorboard.h"

namespace saccade {

/// What a run tells of itself, twice: log.jsonl, one JSON object a line, each with "step"; and the same numbers for TensorBoard. A resumed
/// run continues after the step of its checkpoint; what log.jsonl holds beyond it, and a half line at the end, is cut off.
class TrainLog {
 public:
  /// A resumed run stands at `step`, with `epochs` validated.
  TrainLog(const std::filesystem::path& run, int64_t step = 0, int64_t epochs = 0);
  /// Numbers become charts "training/<key>", and those of an object within `entry` "<key>/<key within>".
  void write(const nlohmann::json& entry);
  /// For TensorBoard alone.
  void picture(const std::string& tag, int64_t step, const Picture& picture) { events_.image(tag, step, picture); }

 private:
  std::filesystem::path path_;
  std::ofstream file_;
  EventWriter events_;
};

/// The entries of a log; a damaged last line is left out.
std::vector<nlohmann::json> read_train_log(const std::filesystem::path& path);

}  // namespace saccade
