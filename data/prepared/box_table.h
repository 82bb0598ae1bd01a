/// Where things are on the images of a prepared set, as its boxes.safetensors holds it:
///   boxes        [boxes, 4] float: left, top, width, height in pixels of the network's input
///   names        [boxes] int32: which of the names in the file's metadata
///   box_offsets  [n + 1] int64: where an image's boxes begin
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/annotations/instances.h"
#include "data/pictures/picture.h"

namespace saccade {

/// What the boxes of a set are named by, which decides the words that mean them.
enum class BoxNames {
  kCategories,    ///< "person", "baseball bat"
  kSceneObjects,  ///< "large red circle": scene.h
};
NLOHMANN_JSON_SERIALIZE_ENUM(BoxNames, {{BoxNames::kCategories, "categories"}, {BoxNames::kSceneObjects, "scene_objects"}})

class BoxTable {
 public:
  explicit BoxTable(BoxNames named_by = BoxNames::kCategories) : named_by_(named_by) {}
  /// Throws Error unless the file is the table of so many images.
  static BoxTable read(const std::filesystem::path& path, int64_t images);

  /// Those of the next image.
  void append(const std::vector<NamedBox>& boxes);
  /// Atomic; the same bytes for the same boxes.
  void write(const std::filesystem::path& path) const;

  BoxNames named_by() const { return named_by_; }
  int64_t size() const { return std::ssize(names_of_boxes_); }
  /// None for images beyond those that are known.
  std::vector<NamedBox> of(int64_t image) const;

 private:
  BoxNames named_by_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, int32_t> numbers_;  // of the names
  std::vector<float> sides_;                          // four a box
  std::vector<int32_t> names_of_boxes_;
  std::vector<int64_t> offsets_{0};
};

/// Those that are seen there, by box_on_input().
std::vector<NamedBox> boxes_on_input(const std::vector<NamedBox>& boxes, const PictureGeometry& geometry, int side);

}  // namespace saccade
