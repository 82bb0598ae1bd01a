#include "data/prepared/dataset_document.h"

#include <algorithm>

#include "data/error.h"
#include "data/files/hash.h"
#include "data/files/json_document.h"
#include "data/files/mapped_file.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

constexpr JsonLimits kDatasetLimits{.max_bytes = 256 << 20};

nlohmann::json read_dataset_json(const fs::path& folder) {
  std::error_code ignored;
  const auto path = folder / kDatasetFile;
  if (!fs::exists(path, ignored))
    throw Error(folder.string(), "is no prepared data set (no dataset.json)", "make one with saccade prepare");
  auto json = read_json_file(path, kDatasetLimits);
  if (!json.is_object() || json.value("format", nlohmann::json()) != kDatasetFormat) refuse_dataset(path, "is not of a prepared data set");
  if (json.value("version", nlohmann::json()) != kDatasetVersion) refuse_dataset(path, "is of another version of prepared data sets");
  return json;
}

std::vector<PreparedImage> read_image_lines(const fs::path& path, int64_t count) {
  const MappedFile file(path);
  std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  std::vector<PreparedImage> images;
  images.reserve(static_cast<std::size_t>(std::clamp<int64_t>(count, 0, std::ssize(text))));
  for (int64_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    images.push_back(from_line(text.substr(0, end), path.string() + ":" + std::to_string(number)));
    text.remove_prefix(end + 1);
  }
  if (std::ssize(images) != count)
    refuse_dataset(path, "has " + std::to_string(images.size()) + " images, dataset.json " + std::to_string(count));
  return images;
}

}  // namespace

void refuse_dataset(const fs::path& path, const std::string& wrong) { throw Error(path.string(), wrong, "prepare the data set again"); }

void check_dataset_file(const fs::path& path, const nlohmann::json& dataset, DatasetCheck check) {
  const auto& described = dataset.at("files").at(path.filename().string());
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) refuse_dataset(path, "cannot be read: " + error.message());
  if (size != described.at("bytes").get<uint64_t>()) refuse_dataset(path, "has another size than dataset.json says");
  if (check == DatasetCheck::kSizeAndHash && hash_file(path) != described.at("hash").get<std::string>())
    refuse_dataset(path, "was changed or damaged");
}

DatasetDocument read_dataset_document(const fs::path& folder) {
  DatasetDocument document{.json = read_dataset_json(folder)};
  try {
    check_dataset_file(folder / kImageLinesFile, document.json, DatasetCheck::kSizeAndHash);
    document.images = read_image_lines(folder / kImageLinesFile, document.json.at("images").get<int64_t>());
  } catch (const nlohmann::json::exception& error) {
    refuse_dataset(folder / kDatasetFile, std::string("lacks what it should say: ") + error.what());
  }
  return document;
}

}  // namespace saccade
