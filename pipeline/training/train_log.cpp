#include "pipeline/training/train_log.h"

#include "data/error.h"
#include "data/files/atomic_file.h"

namespace saccade {

std::vector<nlohmann::json> read_train_log(const std::filesystem::path& path) {
  std::vector<nlohmann::json> entries;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    auto entry = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!entry.is_object() || !entry.contains("step") || !entry["step"].is_number_integer()) break;
    entries.push_back(std::move(entry));
  }
  return entries;
}

TrainLog::TrainLog(const std::filesystem::path& run, int64_t step, int64_t epochs)
    : path_(run / "log.jsonl"), events_(run, step == 0 ? 0 : step + 1) {
  std::string kept;
  for (const auto& entry : read_train_log(path_)) {
    // A run that was killed between an epoch's validation and the checkpoint after it validates once more.
    const bool is_to_come = entry.contains("validation") && entry.value("epoch", int64_t{0}) > epochs;
    if (entry["step"].get<int64_t>() <= step && !is_to_come) kept += entry.dump() + "\n";
  }
  write_file_atomically(path_, kept);
  file_.open(path_, std::ios::app);
  if (!file_) throw Error(path_.string(), "cannot be written");
}

void TrainLog::write(const nlohmann::json& entry) {
  file_ << entry.dump() << "\n" << std::flush;
  if (!file_) throw Error(path_.string(), "cannot be written", "is the disk full?");
  const auto at = entry.at("step").get<int64_t>();
  for (const auto& [key, value] : entry.items()) {
    if (value.is_number() && key != "step") events_.scalar("training/" + key, at, value.get<double>());
    if (!value.is_object()) continue;
    for (const auto& [inner, number] : value.items()) events_.scalar(key + "/" + inner, at, number.get<double>());
  }
}

}  // namespace saccade
