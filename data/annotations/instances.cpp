#include "data/annotations/instances.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "data/annotations/json_fields.h"
#include "data/annotations/json_records.h"
#include "data/annotations/rows.h"
#include "data/annotations/text_limits.h"
#include "data/error.h"

namespace saccade {
namespace {

double size_field(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  const double size = found != object.end() && found->is_number() ? found->get<double>() : 0;
  return std::isfinite(size) && size > 0 ? size : 0;
}

std::optional<PixelBox> box_field(const nlohmann::json& object) {
  const auto found = object.find("bbox");
  if (found == object.end() || !found->is_array() || found->size() != 4) return {};
  std::array<double, 4> sides{};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (!(*found)[i].is_number()) return {};
    sides[i] = (*found)[i].get<double>();
    if (!std::isfinite(sides[i])) return {};
  }
  const PixelBox box{.left = sides[0], .top = sides[1], .width = sides[2], .height = sides[3]};
  return box.has_area() ? std::optional(box) : std::nullopt;
}

/// Of a picture of this size; a side of 0 is not known.
bool is_outside(const PixelBox& box, double width, double height) {
  return box.right() <= 0 || box.bottom() <= 0 || (width > 0 && box.left >= width) || (height > 0 && box.top >= height);
}

class InstancesReader {
 public:
  explicit InstancesReader(const std::filesystem::path& path) : source_(path.string()) {}

  void read(JsonRecord&& record) {
    auto problem = record.problem;
    if (problem.empty()) {
      problem = record.section == "images" ? read_image(record) : record.section == "categories" ? read_category(record) : read_box(record);
    }
    if (!problem.empty()) reject(record.number, record.section + ": " + problem);
  }

  // Boxes wait until the end, as what they name may stand behind them.
  Instances finish() {
    for (auto& [image, category, number, box] : boxes_) {
      const auto found = images_.find(image);
      const auto name = categories_.find(category);
      if (found == images_.end()) {
        reject(number, "annotations: no usable image has the image_id " + shown(image));
      } else if (name == categories_.end()) {
        reject(number, "annotations: no category has the category_id " + shown(category));
      } else if (auto& known = result_.images[found->second]; is_outside(box, known.width, known.height)) {
        reject(number, "annotations: bbox lies outside " + shown(known.file));
      } else if (++boxes_of_file_[known.file] > kMaxBoxesOfPicture) {
        reject(number, "annotations: " + shown(known.file) + " has more than " + std::to_string(kMaxBoxesOfPicture) + " boxes");
      } else {
        known.boxes.push_back({.category = name->second, .box = box});
      }
    }
    std::erase_if(result_.images, [](const ImageInstances& image) { return image.boxes.empty(); });
    if (result_.images.empty()) {
      const auto why = result_.bad_rows.empty() ? std::string() : "; the first problem: " + result_.bad_rows[0].reason;
      throw Error(source_, "there is no usable box in it" + why, "expected COCO instances: images, categories, and annotations with bbox");
    }
    return std::move(result_);
  }

 private:
  struct Box {
    std::string image, category;
    int64_t number = 0;
    PixelBox box;
  };

  std::string read_image(const JsonRecord& record) {
    const auto id = id_field(record.fields, "id");
    if (!id) return "an image has no id";
    auto name = clean_file_name(text_field(record.fields, "file_name"));
    if (!name.problem.empty()) return name.problem;
    if (!images_.emplace(id->text, result_.images.size()).second) return "the image id " + shown(id->text) + " stands twice";
    result_.images.push_back(
        {.file = std::move(name.text), .width = size_field(record.fields, "width"), .height = size_field(record.fields, "height")});
    return {};
  }

  std::string read_category(const JsonRecord& record) {
    const auto id = id_field(record.fields, "id");
    const auto name = clean_caption(text_field(record.fields, "name"));
    if (!id) return "a category has no id";
    if (!name.problem.empty()) return "a category has no name";
    if (!categories_.emplace(id->text, name.text).second) return "the category id " + shown(id->text) + " stands twice";
    return {};
  }

  std::string read_box(const JsonRecord& record) {
    const auto image = id_field(record.fields, "image_id"), category = id_field(record.fields, "category_id");
    const auto box = box_field(record.fields);
    if (!image || !category) return "an annotation has no image_id or no category_id";
    if (!box) return "bbox is not [left, top, width, height] with an area";
    boxes_.push_back({.image = image->text, .category = category->text, .number = record.number, .box = *box});
    return {};
  }

  void reject(int64_t number, std::string reason) {
    ++result_.bad_row_count;
    if (result_.bad_rows.size() < kMaxListedBadRows)
      result_.bad_rows.push_back({.file = source_, .line = number, .reason = std::move(reason)});
  }

  std::string source_;
  Instances result_;
  std::unordered_map<std::string, std::size_t> images_;
  std::unordered_map<std::string, std::string> categories_;
  std::unordered_map<std::string, int64_t> boxes_of_file_;  // several images may be of one file
  std::vector<Box> boxes_;
};

}  // namespace

std::vector<NamedBox> boxes_on_picture(const ImageInstances& image, int width, int height) {
  const double x = image.width > 0 ? width / image.width : 1, y = image.height > 0 ? height / image.height : 1;
  std::vector<NamedBox> boxes;
  for (const auto& [category, box] : image.boxes) {
    const PixelBox scaled{.left = box.left * x, .top = box.top * y, .width = box.width * x, .height = box.height * y};
    if (scaled.has_area() && !is_outside(scaled, width, height)) boxes.push_back({.category = category, .box = scaled});
  }
  return boxes;
}

Instances read_instances(const std::filesystem::path& path) {
  InstancesReader reader(path);
  const std::vector<JsonSection> sections{{.key = "images", .fields = {"id", "file_name", "width", "height"}},
                                          {.key = "categories", .fields = {"id", "name"}},
                                          {.key = "annotations", .fields = {"image_id", "category_id", "bbox"}}};
  read_json_records(path, sections, [&](JsonRecord&& record) { reader.read(std::move(record)); });
  return reader.finish();
}

std::unordered_map<std::string, std::size_t> places_by_name(const std::vector<std::string>& files) {
  constexpr auto kSeveral = std::numeric_limits<std::size_t>::max();
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto [place, is_new] = places.emplace(std::filesystem::path(files[i]).filename().string(), i);
    if (!is_new) place->second = kSeveral;
  }
  for (std::size_t i = 0; i < files.size(); ++i) places[files[i]] = i;
  std::erase_if(places, [](const auto& place) { return place.second == kSeveral; });
  return places;
}

}  // namespace saccade
