/// What people wrote of each picture, found by a picture's id or name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/annotations/annotations.h"

namespace saccade {

struct References {
  std::vector<AnnotatedImage> images;
  std::vector<BadRow> bad_rows;  ///< the first of those that were left out
  int64_t bad_row_count = 0;     ///< all of them; none in a prepared data set, which told of them when it was made
};

/// Images of a file in any annotation format, or of a prepared data set (its folder), with their captions; of one split, if it is not
/// empty. Throws Error, naming the splits there are, if none is left.
References read_references(const std::filesystem::path& path, const std::string& split = "",
                           AnnotationFormat format = AnnotationFormat::kAuto);

/// Finds images by what a caption tells of its picture.
class ImageIndex {
 public:
  explicit ImageIndex(const std::vector<AnnotatedImage>& images);

  /// By id, number or text alike; by file name; by file name without its folders, if only one image has it; by the number in a COCO file
  /// name, on either side, which is the same in the editions of 2014 and 2017. None for an unknown picture.
  std::optional<std::size_t> find(const std::string& image, const std::optional<ImageId>& id) const;

 private:
  static constexpr std::size_t kSeveral = ~std::size_t{0};
  std::optional<std::size_t> look_up(const std::unordered_map<std::string, std::size_t>& index, const std::string& name) const;

  std::unordered_map<std::string, std::size_t> by_id_, by_file_, by_name_, by_number_;
};

}  // namespace saccade
