#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace saccade {

/// log.jsonl of a run: one JSON object a line, each with "step". A resumed run continues after the step of its checkpoint; what was logged
/// beyond it, and a half line at the end, is cut off.
class TrainLog {
 public:
  TrainLog(const std::filesystem::path& path, int64_t resumed_at_step);
  void write(const nlohmann::json& entry);

 private:
  std::ofstream file_;
  std::filesystem::path path_;
};

/// The entries of a log; a damaged last line is left out.
std::vector<nlohmann::json> read_train_log(const std::filesystem::path& path);

}  // namespace saccade
