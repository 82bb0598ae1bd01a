#include "data/annotations/lines.h"

#include "data/annotations/text_limits.h"

namespace saccade {

std::string_view text_of(const MappedFile& file) {
  const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  return text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text;
}

LineReader::LineReader(const std::filesystem::path& path) : file_(path), rest_(text_of(file_)) {}

std::optional<Line> LineReader::next() {
  if (rest_.empty()) return {};
  const auto end = rest_.find('\n');
  Line line{.number = ++number_, .text = rest_.substr(0, end)};
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  if (line.text.size() > kMaxRecordBytes) {
    line.text = line.text.substr(0, kMaxRecordBytes);
    line.too_long = true;
  }
  return line;
}

}  // namespace saccade
