/// Rows on their way into Annotations: cleaned, checked, collected by image. What every reader of this folder shares.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "data/annotations/annotations.h"

namespace saccade {

/// A text of a file made usable, or what is wrong with it.
struct Cleaned {
  std::string text;
  std::string problem;  ///< empty: none
};

/// One line of valid UTF-8: control characters, line breaks and runs of blanks made one blank, ends trimmed, HTML entities (&amp; &quot;
/// &#39; ...) decoded. Problems: empty, no UTF-8, longer than the limit.
Cleaned clean_caption(std::string_view raw);

/// A path below the folder of pictures: "./a//b.jpg" becomes "a/b.jpg", backslashes become slashes. Problems: absolute, "..", a web
/// address, control characters, empty, too long.
Cleaned clean_file_name(std::string_view raw);

/// "validation", "valid", "dev" → "val"; "restval" → "train" (the papers train on both); others as they are.
std::string usual_split_name(std::string_view name);

std::string_view trimmed(std::string_view text);

/// For messages: control characters and broken UTF-8 made '?', cut after `longest` bytes.
std::string shown(std::string_view text, std::size_t longest = 60);

/// One caption of a file, as it stands there.
struct Row {
  int64_t line = 0;
  std::string_view file;
  std::string_view caption;
  std::string_view split = {};
  ImageId id = {};  ///< empty: the file name
};

/// Collects rows by image, in order of first appearance.
class RowCollector {
 public:
  explicit RowCollector(const std::filesystem::path& source) : source_(source.string()) {}

  void add(const Row& row);
  /// A row that is left out.
  void reject(int64_t line, std::string reason);
  /// What is wrong without being a row, as an image without captions.
  void note(int64_t line, std::string reason);
  /// Adds an image with captions that are already clean.
  void add_image(AnnotatedImage image);
  /// Adds the rows of another file of the same set; the names of its images get `folder` before them.
  void merge(Annotations&& other, const std::string& folder, const std::string& split);
  /// Throws Error if no row was usable: the file is probably of another format.
  Annotations finish();

 private:
  void count_row();

  std::string source_;
  Annotations annotations_;
  std::unordered_map<std::string, std::size_t> index_of_file_;
};

}  // namespace saccade
