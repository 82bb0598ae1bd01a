#include "pipeline/training/checkpoint.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/json_document.h"
#include "data/files/safetensors.h"

namespace saccade {
namespace {

constexpr std::size_t kKept = 2;  // the newest, and one in case the disk damages it

/// Newest first: the names hold the step with leading zeros.
std::vector<std::filesystem::path> checkpoints_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("step-") && name.ends_with(".safetensors")) paths.push_back(entry.path());
  }
  std::sort(paths.rbegin(), paths.rend());
  return paths;
}

}  // namespace

void save_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint) {
  std::filesystem::create_directories(folder);
  char name[64];
  std::snprintf(name, sizeof(name), "step-%012lld.safetensors", static_cast<long long>(checkpoint.progress.step));
  const nlohmann::json header = {{"progress", checkpoint.progress}, {"config", checkpoint.config}, {"data", checkpoint.data}};
  write_safetensors(folder / name, checkpoint.tensors, {{"checkpoint", header.dump()}});
  const auto paths = checkpoints_in(folder);
  for (std::size_t i = kKept; i < paths.size(); ++i) std::filesystem::remove(paths[i]);
}

std::optional<Checkpoint> load_newest_checkpoint(const std::filesystem::path& folder) {
  std::error_code none;
  if (std::filesystem::is_directory(folder, none)) remove_stale_temporaries(folder);
  const auto paths = checkpoints_in(folder);
  for (const auto& path : paths) {
    try {
      const SafetensorsFile file(path);
      const auto header = parse_json(file.metadata().at("checkpoint"), path.string());
      return Checkpoint{.progress = header.at("progress").get<TrainingProgress>(),
                        .tensors = file.tensors(),
                        .config = header.at("config"),
                        .data = header.at("data").get<std::string>()};
    } catch (const std::exception& error) {
      std::cerr << "warning: passing over a damaged checkpoint: " << error.what() << "\n";
    }
  }
  if (!paths.empty()) throw Error(folder.string(), "none of its checkpoints can be read", "train anew into another --output");
  return std::nullopt;
}

}  // namespace saccade
