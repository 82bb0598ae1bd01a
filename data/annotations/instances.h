/// Boxes of named things in pictures, as COCO's instances JSON has them.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "data/annotations/annotations.h"
#include "data/pictures/pixel_box.h"

namespace saccade {

struct NamedBox {
  std::string category;  ///< "person", "baseball bat"
  PixelBox box;          ///< on the upright picture
};

struct ImageInstances {
  std::string file;
  double width = 0, height = 0;  ///< pixels that the boxes are counted in; 0: those of the picture, whatever they are
  std::vector<NamedBox> boxes;
};

/// More are bad rows: measuring where words look takes time that grows with their square. COCO's fullest picture has 93.
inline constexpr int64_t kMaxBoxesOfPicture = 1'000;

/// Its boxes in pixels of the picture as it is, `width` × `height`, whatever size their file says it has. Those whose numbers do not bear
/// that, and those outside the picture, are left out.
std::vector<NamedBox> boxes_on_picture(const ImageInstances& image, int width, int height);

struct Instances {
  std::vector<ImageInstances> images;  ///< those with at least one box, in order of first appearance
  std::vector<BadRow> bad_rows;        ///< the first 10,000 of what was left out
  int64_t bad_row_count = 0;
};

/// images[{id, file_name, width, height}], categories[{id, name}], annotations[{image_id, category_id, bbox: [left, top, width, height]}],
/// in any order. A picture has at most kMaxBoxesOfPicture. Throws Error if the file cannot be read or no box of it be used.
Instances read_instances(const std::filesystem::path& path);

/// Places in `files` by the names that a file of boxes may give them: as they are, or without their folders where one alone is named so,
/// for Karpathy's lists write val2014/a.jpg where COCO writes a.jpg.
std::unordered_map<std::string, std::size_t> places_by_name(const std::vector<std::string>& files);

}  // namespace saccade
