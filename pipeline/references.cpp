#include "pipeline/references.h"

#include <algorithm>
#include <set>

#include "data/error.h"
#include "data/prepared/dataset_document.h"
#include "pipeline/record_writers.h"

namespace saccade {
namespace {

std::string name_of(const std::string& file) { return std::filesystem::path(file).filename().string(); }

std::vector<AnnotatedImage> images_of_prepared(const std::filesystem::path& folder) {
  auto prepared = read_dataset_document(folder).images;
  std::vector<AnnotatedImage> images;
  images.reserve(prepared.size());
  for (auto& image : prepared) {
    images.push_back(
        {.file = std::move(image.file), .id = std::move(image.id), .split = std::move(image.split), .captions = std::move(image.captions)});
  }
  return images;
}

}  // namespace

References read_references(const std::filesystem::path& path, const std::string& split, AnnotationFormat format) {
  References references;
  auto& images = references.images;
  if (std::filesystem::exists(path / kDatasetFile)) {
    images = images_of_prepared(path);
  } else {
    auto read = read_annotations(path, format);
    references = {.images = std::move(read.images), .bad_rows = std::move(read.bad_rows), .bad_row_count = read.bad_row_count};
  }
  if (split.empty()) return references;
  std::set<std::string> splits;
  for (const auto& image : images) splits.insert(image.split);
  std::erase_if(images, [&](const AnnotatedImage& image) { return image.split != split; });
  if (images.empty()) {
    std::string names;
    for (const auto& name : splits) names += (names.empty() ? "" : ", ") + (name.empty() ? std::string("none at all") : name);
    throw Error(path.string(), "has no split " + split, "its splits: " + names);
  }
  return references;
}

ImageIndex::ImageIndex(const std::vector<AnnotatedImage>& images) {
  const auto add = [](auto& index, const std::string& name, std::size_t place) {
    const auto [entry, is_new] = index.emplace(name, place);
    if (!is_new && entry->second != place) entry->second = kSeveral;
  };
  for (std::size_t i = 0; i < images.size(); ++i) {
    add(by_id_, images[i].id.text, i);
    add(by_file_, images[i].file, i);
    add(by_name_, name_of(images[i].file), i);
    add(by_number_, result_id({.image = images[i].file}).text, i);
  }
}

std::optional<std::size_t> ImageIndex::look_up(const std::unordered_map<std::string, std::size_t>& index, const std::string& name) const {
  const auto found = index.find(name);
  if (name.empty() || found == index.end() || found->second == kSeveral) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> ImageIndex::find(const std::string& image, const std::optional<ImageId>& id) const {
  if (id) {
    if (const auto found = look_up(by_id_, id->text)) return found;
    if (const auto found = look_up(by_number_, id->text)) return found;
  }
  if (const auto found = look_up(by_file_, image)) return found;
  if (const auto found = look_up(by_name_, name_of(image))) return found;
  return look_up(by_id_, result_id({.image = image}).text);
}

}  // namespace saccade
