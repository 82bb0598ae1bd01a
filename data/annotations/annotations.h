/// Captions of pictures, whatever the file they come in. Adding a format: a source in this folder with a reader, an enumerator here, and
/// its line in the table of read_annotations.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace saccade {

enum class AnnotationFormat { kAuto, kFlickr, kCsv, kCoco, kKarpathy, kJsonl, kTsv, kFolder };

/// "flickr" → kFlickr. Throws Error that lists the names.
AnnotationFormat annotation_format(const std::string& name);

/// An id as its file wrote it: COCO's are numbers, others text; results are written back in the same JSON type.
struct ImageId {
  std::string text;
  bool is_number = false;
  auto operator<=>(const ImageId&) const = default;
};

struct AnnotatedImage {
  std::string file;   ///< as the annotations name it, relative to the folder of pictures; with its sub-folder, if it has one
  ImageId id;         ///< the file name as text where the format has no ids
  std::string split;  ///< "train", "val", "test", ... where the format has them, else empty
  std::vector<std::string> captions;  ///< UTF-8, in the order of the file; line breaks and runs of blanks made one blank, ends trimmed,
                                      ///< HTML entities decoded; none is empty
};

/// What was wrong with one row; the rest of the file is used.
struct BadRow {
  std::string file;
  int64_t line = 0;  ///< 1-based; in JSON files, where lines mean little, the number of the record
  std::string reason;
};

struct Annotations {
  std::vector<AnnotatedImage> images;  ///< one entry an image, in order of first appearance
  std::vector<BadRow> bad_rows;        ///< the first 10,000 of them
  int64_t bad_row_count = 0;           ///< all of them
  int64_t rows = 0;                    ///< all rows read, bad ones included
};

/// Throws Error if the file cannot be read, its format not be told, or none of its rows be used. Files are read as a stream, within the
/// limits of text_limits.h.
Annotations read_annotations(const std::filesystem::path& path, AnnotationFormat format = AnnotationFormat::kAuto);

struct SplitList {
  std::string split;
  std::filesystem::path list;  ///< one name a line, as Flickr8k's `*Images.txt`
};

/// Sets `split` of the images that the lists name, by file, with or without folder and extension, or by id. Names that no image has, or
/// more than one, and images that another list puts into another split become bad rows; all names count as rows.
void apply_split_lists(Annotations& annotations, const std::vector<SplitList>& lists);

}  // namespace saccade
