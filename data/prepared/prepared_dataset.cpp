#include "data/prepared/prepared_dataset.h"

#include <algorithm>

#include "data/error.h"
#include "data/files/hash.h"
#include "data/prepared/dataset_document.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

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
  if (nlohmann::json(fit) != json)
    refuse_dataset(path, "names a fit of pictures that is not known");  // nlohmann takes unknown names for the first
  return fit;
}

}  // namespace

PreparedDataset::PreparedDataset(const fs::path& folder) : folder_(folder) {
  const auto path = folder / kDatasetFile;
  auto [json, images] = read_dataset_document(folder);
  images_ = std::move(images);
  bool has_boxes = false;
  try {
    check_dataset_file(folder / kPixelsFile, json, DatasetCheck::kSize);
    check_dataset_file(folder / kCaptionsFile, json, DatasetCheck::kSizeAndHash);
    has_boxes = json.at("files").contains(kBoxesFile);
    if (has_boxes) check_dataset_file(folder / kBoxesFile, json, DatasetCheck::kSizeAndHash);
    fingerprint_ = json.at("fingerprint").get<std::string>();
    pixels_hash_ = json.at("files").at(kPixelsFile).at("hash").get<std::string>();
    side_ = json.at("side").get<int64_t>();
    fit_ = read_fit(json.at("fit"), path);
    vocabulary_ = Vocabulary::from_words(json.at("vocabulary").get<std::vector<std::string>>());
    skipped_count_ = json.at("skipped_count").get<int64_t>();
    for (const auto& item : json.at("skipped"))
      skipped_.push_back({item.at("what").get<std::string>(), item.at("reason").get<std::string>()});
  } catch (const nlohmann::json::exception& error) {
    refuse_dataset(path, std::string("lacks what it should say: ") + error.what());
  }

  const int64_t count = std::ssize(images_);
  pixels_ = SafetensorsFile(folder / kPixelsFile).tensor("images");
  if (pixels_.scalar_type() != torch::kUInt8 || pixels_.sizes() != torch::IntArrayRef({count, side_, side_, 3})) {
    refuse_dataset(folder / kPixelsFile, "does not hold the images that dataset.json describes");
  }
  const SafetensorsFile captions(folder / kCaptionsFile);
  tokens_ = captions.tensor("tokens");
  token_offsets_ = captions.tensor("token_offsets");
  caption_offsets_ = captions.tensor("caption_offsets");
  if (!are_tokens(tokens_, vocabulary_.size()) || !are_offsets(token_offsets_, token_offsets_.numel(), tokens_.numel()) ||
      !are_offsets(caption_offsets_, count + 1, token_offsets_.numel() - 1)) {
    refuse_dataset(captions.path(), "does not fit images and vocabulary");
  }
  if (has_boxes) boxes_ = BoxTable::read(folder / kBoxesFile, count);
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
  if (hash != pixels_hash_) refuse_dataset(folder_ / kPixelsFile, "was changed or damaged");
}

}  // namespace saccade
