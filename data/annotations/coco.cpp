#include <unordered_map>
#include <utility>

#include "data/annotations/json_fields.h"
#include "data/annotations/json_records.h"
#include "data/annotations/readers.h"
#include "data/annotations/rows.h"
#include "data/annotations/text_limits.h"
#include "data/error.h"

namespace saccade {
namespace {

/// What is known of an id so far: the file may list images before or after their captions.
struct CocoImage {
  AnnotatedImage image;
  int64_t first_record = 0;
};

class CocoReader {
 public:
  explicit CocoReader(const std::filesystem::path& path) : rows_(path) {}

  void read(JsonRecord&& record) {
    const bool is_image = record.section == "images";
    const auto problem = !record.problem.empty() ? record.problem : is_image ? read_image(record) : read_caption(record);
    if (problem.empty()) return;
    if (is_image) {
      rows_.note(record.number, "images: " + problem);
    } else {
      rows_.reject(record.number, problem);
    }
  }

  Annotations finish() {
    for (auto& [image, record] : images_) {
      if (image.file.empty()) {
        for (std::size_t i = 0; i < image.captions.size(); ++i)
          rows_.reject(record, "no usable image has the image_id " + shown(image.id.text));
      } else if (image.captions.empty()) {
        rows_.note(record, "the image `" + shown(image.file) + "` has no caption");
      } else {
        rows_.add_image(std::move(image));
      }
    }
    return rows_.finish();
  }

 private:
  std::string read_image(JsonRecord& record) {
    const auto id = id_field(record.fields, "id");
    if (!id) return "an image has no id";
    auto name = clean_file_name(text_field(record.fields, "file_name"));
    if (!name.problem.empty()) return name.problem;
    auto& known = find(*id, record.number);
    if (!known.image.file.empty()) return "the image id " + shown(id->text) + " stands twice";
    known.image.id = *id;
    known.image.file = std::move(name.text);
    known.image.split = usual_split_name(text_field(record.fields, "split"));
    return {};
  }

  std::string read_caption(JsonRecord& record) {
    const auto id = id_field(record.fields, "image_id");
    if (!id) return "an annotation has no image_id";
    if (flag_field(record.fields, "is_rejected")) return "the caption was rejected by the makers of the set";
    if (flag_field(record.fields, "is_precanned")) return "the caption is a ready-made text, not written for its picture";
    auto caption = clean_caption(text_field(record.fields, "caption"));
    if (!caption.problem.empty()) return caption.problem;
    find(*id, record.number).image.captions.push_back(std::move(caption.text));
    return {};
  }

  // By the text of the id: some files have 42 in one list and "42" in the other.
  CocoImage& find(const ImageId& id, int64_t record) {
    const auto [found, is_new] = index_of_id_.try_emplace(id.text, images_.size());
    if (is_new) images_.push_back({.image = {.id = id}, .first_record = record});
    return images_[found->second];
  }

  RowCollector rows_;
  std::vector<CocoImage> images_;
  std::unordered_map<std::string, std::size_t> index_of_id_;
};

}  // namespace

Annotations read_coco(const std::filesystem::path& path) {
  CocoReader reader(path);
  const std::vector<JsonSection> sections{{.key = "images", .fields = {"id", "file_name", "split"}},
                                          {.key = "annotations", .fields = {"image_id", "caption", "is_rejected", "is_precanned"}}};
  read_json_records(path, sections, [&](JsonRecord&& record) { reader.read(std::move(record)); });
  return reader.finish();
}

}  // namespace saccade
