#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/prepared/image_lines.h"

namespace saccade {

/// The text of a prepared set, which needs no tensors to be read: what its references are taken from.
struct DatasetDocument {
  nlohmann::json json;  ///< dataset.json
  std::vector<PreparedImage> images;
};

/// Throws Error if the folder is no prepared set, or images.jsonl is not what dataset.json says.
DatasetDocument read_dataset_document(const std::filesystem::path& folder);

enum class DatasetCheck { kSize, kSizeAndHash };
/// Throws Error unless the file is as dataset.json describes it.
void check_dataset_file(const std::filesystem::path& path, const nlohmann::json& dataset, DatasetCheck check);

[[noreturn]] void refuse_dataset(const std::filesystem::path& path, const std::string& wrong);

}  // namespace saccade
