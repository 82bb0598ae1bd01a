#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "data/files/mapped_file.h"

namespace saccade {

struct Line {
  int64_t number = 0;     ///< 1-based
  std::string_view text;  ///< without its end; a view into the mapped file
  bool too_long = false;  ///< beyond kMaxRecordBytes; `text` is its beginning
};

/// Lines of a text file: ends LF or CRLF, a BOM at the start dropped, the last line with or without an end.
class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& path);
  /// None at the end of the file.
  std::optional<Line> next();

 private:
  MappedFile file_;
  std::string_view rest_;
  int64_t number_ = 0;
};

/// The text of a mapped file, without a BOM.
std::string_view text_of(const MappedFile& file);

}  // namespace saccade
