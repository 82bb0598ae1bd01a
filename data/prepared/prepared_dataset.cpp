#include "data/prepared/prepared_dataset.h"

#include <algorithm>

#include "data/error.h"
#include "data/files/hash.h"
#include "data/files/json_document.h"
#include "data/prepared/image_lines.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

constexpr JsonLimits kDatasetLimits{.max_bytes = 256 << 20};

[[noreturn]] void refuse(const fs::path& path, const std::string& wrong) {
  throw Error(path.string(), wrong, "prepare the data set again");
}

nlohmann::json read_dataset_json(const fs::path& folder) {
  std::error_code ignored;
  const auto path = folder / kDatasetFile;
  if (!fs::exists(path, ignored))
    throw Error(folder.string(), "is no prepared data set (no dataset.json)", "make one with saccade prepare");
  auto json = read_json_file(path, kDatasetLimits);
  if (!json.is_object() || json.value("format", nlohmann::json()) != kDatasetFormat) refuse(path, "is not of a prepared data set");
  if (json.value("version", nlohmann::json()) != kDatasetVersion) refuse(path, "is of another version of prepared data sets");
  return json;
}

enum class Check { kSize, kSizeAndHash };

void check_file(const fs::path& path, const nlohmann::json& files, Check check) {
  const auto& described = files.at(path.filename().string());
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) refuse(path, "cannot be read: " + error.message());
  if (size != described.at("bytes").get<uint64_t>()) refuse(path, "has another size than dataset.json says");
  if (check == Check::kSizeAndHash && hash_file(path) != described.at("hash").get<std::string>()) refuse(path, "was changed or damaged");
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
  if (std::ssize(images) != count) refuse(path, "has " + std::to_string(images.size()) + " images, dataset.json " + std::to_string(count));
  return images;
}

// Offsets rise from 0 to `end`; `count` of them.
bool are_offsets(const torch::Tensor& offsets, int64_t count, int64_t end) {
  if (offsets.scalar_type() != torch::kInt64 || offsets.dim() != 1 || count < 1 || offsets.numel() != count) return false;
  const auto* begin = offsets.const_data_ptr<int64_t>();
  return begin[0] == 0 && begin[count - 1] == end && std::is_sorted(begin, begin + count);
}

bool are_tokens(const torch::Tensor& tokens, int64_t vocabulary) {
  if (tokens.scalar_type() != torch::kInt32 || tokens.dim() != 1) return false;
  const auto* begin = tokens.const_data_ptr<int32_t>();
  return std::all_of(begin, begin + tokens.numel(), [vocabulary](int32_t token) { return token >= 0 && token < vocabulary; });
}

FitMode read_fit(const nlohmann::json& json, const fs::path& path) {
  const auto fit = json.get<FitMode>();
  if (nlohmann::json(fit) != json) refuse(path, "names a fit of pictures that is not known");  // nlohmann takes unknown names for the first
  return fit;
}

}  // namespace

PreparedDataset::PreparedDataset(const fs::path& folder) : folder_(folder) {
  const auto path = folder / kDatasetFile;
  const auto json = read_dataset_json(folder);
  try {
    const auto& files = json.at("files");
    check_file(folder / kPixelsFile, files, Check::kSize);
    check_file(folder / kCaptionsFile, files, Check::kSizeAndHash);
    check_file(folder / kImageLinesFile, files, Check::kSizeAndHash);
    fingerprint_ = json.at("fingerprint").get<std::string>();
    pixels_hash_ = files.at(kPixelsFile).at("hash").get<std::string>();
    side_ = json.at("side").get<int64_t>();
    fit_ = read_fit(json.at("fit"), path);
    vocabulary_ = Vocabulary::from_words(json.at("vocabulary").get<std::vector<std::string>>());
    skipped_count_ = json.at("skipped_count").get<int64_t>();
    for (const auto& item : json.at("skipped"))
      skipped_.push_back({item.at("what").get<std::string>(), item.at("reason").get<std::string>()});
    images_ = read_image_lines(folder / kImageLinesFile, json.at("images").get<int64_t>());
  } catch (const nlohmann::json::exception& error) {
    refuse(path, std::string("lacks what it should say: ") + error.what());
  }

  const int64_t count = std::ssize(images_);
  pixels_ = SafetensorsFile(folder / kPixelsFile).tensor("images");
  if (pixels_.scalar_type() != torch::kUInt8 || pixels_.sizes() != torch::IntArrayRef({count, side_, side_, 3})) {
    refuse(folder / kPixelsFile, "does not hold the images that dataset.json describes");
  }
  const SafetensorsFile captions(folder / kCaptionsFile);
  tokens_ = captions.tensor("tokens");
  token_offsets_ = captions.tensor("token_offsets");
  caption_offsets_ = captions.tensor("caption_offsets");
  if (!are_tokens(tokens_, vocabulary_.size()) || !are_offsets(token_offsets_, token_offsets_.numel(), tokens_.numel()) ||
      !are_offsets(caption_offsets_, count + 1, token_offsets_.numel() - 1)) {
    refuse(captions.path(), "does not fit images and vocabulary");
  }
}

std::vector<int64_t> PreparedDataset::split(const std::string& name) const {
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < std::ssize(images_); ++i) {
    if (images_[static_cast<std::size_t>(i)].split == name) indices.push_back(i);
  }
  if (indices.empty()) {
    std::string known;
    for (const auto& split : split_names()) known += (known.empty() ? "" : ", ") + split;
    throw Error(folder_.string(), "has no images in split '" + name + "'", "it has " + known);
  }
  return indices;
}

std::vector<std::string> PreparedDataset::split_names() const {
  std::vector<std::string> names;
  for (const auto& image : images_) {
    if (std::find(names.begin(), names.end(), image.split) == names.end()) names.push_back(image.split);
  }
  return names;
}

std::vector<std::vector<int64_t>> PreparedDataset::captions(int64_t image) const {
  TORCH_CHECK(image >= 0 && image < std::ssize(images_), "no image ", image);
  const auto* ranges = caption_offsets_.const_data_ptr<int64_t>();
  const auto* offsets = token_offsets_.const_data_ptr<int64_t>();
  const auto* tokens = tokens_.const_data_ptr<int32_t>();
  std::vector<std::vector<int64_t>> captions;
  for (auto caption = ranges[image]; caption < ranges[image + 1]; ++caption) {
    captions.emplace_back(tokens + offsets[caption], tokens + offsets[caption + 1]);
  }
  return captions;
}

Picture PreparedDataset::picture(int64_t i) const {
  const auto pixels = pixels_[i].contiguous();  // [S, S, 3]
  const auto* bytes = pixels.const_data_ptr<uint8_t>();
  const auto side = static_cast<int>(side_);
  return {.width = side, .height = side, .rgb = {bytes, bytes + pixels.numel()}};
}

void PreparedDataset::verify_pixels() const {
  const auto hash = hash_bytes({reinterpret_cast<const std::byte*>(pixels_.const_data_ptr<uint8_t>()), pixels_.nbytes()});
  if (hash != pixels_hash_) refuse(folder_ / kPixelsFile, "was changed or damaged");
}

}  // namespace saccade
