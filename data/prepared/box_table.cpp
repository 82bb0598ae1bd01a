#include "data/prepared/box_table.h"

#include <algorithm>
#include <cmath>

#include "data/files/safetensors.h"
#include "data/prepared/dataset_document.h"

namespace saccade {
namespace {

constexpr const char *kNamesKey = "names", *kNamedByKey = "named_by";

template <typename T>
torch::Tensor stored(const std::vector<T>& values, torch::IntArrayRef shape) {
  return torch::from_blob(const_cast<T*>(values.data()), shape, torch::CppTypeToScalarType<T>::value);
}

template <typename T>
std::vector<T> values_of(const SafetensorsFile& file, const std::string& name) {
  const auto tensor = file.tensor(name);
  if (tensor.scalar_type() != torch::CppTypeToScalarType<T>::value) refuse_dataset(file.path(), "has '" + name + "' of another type");
  const auto* begin = tensor.const_data_ptr<T>();
  return {begin, begin + tensor.numel()};
}

std::string metadata_of(const SafetensorsFile& file, const char* key) {
  const auto found = file.metadata().find(key);
  if (found == file.metadata().end()) refuse_dataset(file.path(), std::string("does not say its '") + key + "'");
  return found->second;
}

}  // namespace

BoxTable BoxTable::read(const std::filesystem::path& path, int64_t images) {
  const SafetensorsFile file(path);
  BoxTable table(nlohmann::json(metadata_of(file, kNamedByKey)).get<BoxNames>());
  if (nlohmann::json(table.named_by_) != metadata_of(file, kNamedByKey)) refuse_dataset(path, "names boxes in a way that is not known");
  const auto names = nlohmann::json::parse(metadata_of(file, kNamesKey), nullptr, /*allow_exceptions=*/false);
  if (!names.is_array()) refuse_dataset(path, "has no list of names");
  for (const auto& name : names) table.names_.push_back(name.is_string() ? name.get<std::string>() : "");
  table.sides_ = values_of<float>(file, "boxes");
  table.names_of_boxes_ = values_of<int32_t>(file, "names");
  table.offsets_ = values_of<int64_t>(file, "box_offsets");

  const auto boxes = std::ssize(table.names_of_boxes_);
  const auto& offsets = table.offsets_;
  const bool fits =
      std::ssize(table.sides_) == 4 * boxes && std::ssize(offsets) == images + 1 && offsets.front() == 0 && offsets.back() == boxes &&
      std::ranges::is_sorted(offsets) &&
      std::ranges::all_of(table.names_of_boxes_, [&](int32_t name) { return name >= 0 && name < std::ssize(table.names_); }) &&
      std::ranges::all_of(table.sides_, [](float side) { return std::isfinite(side); });
  if (!fits) refuse_dataset(path, "does not fit the images");
  return table;
}

void BoxTable::append(const std::vector<NamedBox>& boxes) {
  for (const auto& [name, box] : boxes) {
    const auto [number, is_new] = numbers_.try_emplace(name, static_cast<int32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    names_of_boxes_.push_back(number->second);
    for (const double side : {box.left, box.top, box.width, box.height}) sides_.push_back(static_cast<float>(side));
  }
  offsets_.push_back(std::ssize(names_of_boxes_));
}

void BoxTable::write(const std::filesystem::path& path) const {
  const auto boxes = std::ssize(names_of_boxes_);
  write_safetensors(path,
                    {{"boxes", stored(sides_, {boxes, 4})},
                     {"names", stored(names_of_boxes_, {boxes})},
                     {"box_offsets", stored(offsets_, {std::ssize(offsets_)})}},
                    {{kNamedByKey, nlohmann::json(named_by_).get<std::string>()}, {kNamesKey, nlohmann::json(names_).dump()}});
}

std::vector<NamedBox> BoxTable::of(int64_t image) const {
  std::vector<NamedBox> boxes;
  if (image < 0 || image + 1 >= std::ssize(offsets_)) return boxes;
  for (auto i = offsets_[image]; i < offsets_[image + 1]; ++i) {
    const auto* sides = &sides_[4 * i];
    boxes.push_back(
        {.category = names_[names_of_boxes_[i]], .box = {.left = sides[0], .top = sides[1], .width = sides[2], .height = sides[3]}});
  }
  return boxes;
}

std::vector<NamedBox> boxes_on_input(const std::vector<NamedBox>& boxes, const PictureGeometry& geometry, int side) {
  std::vector<NamedBox> mapped;
  for (const auto& [name, box] : boxes) {
    if (const auto seen = box_on_input(box, geometry, side)) mapped.push_back({.category = name, .box = *seen});
  }
  return mapped;
}

}  // namespace saccade
