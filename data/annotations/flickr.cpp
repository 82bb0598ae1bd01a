#include <algorithm>

#include "data/annotations/lines.h"
#include "data/annotations/readers.h"
#include "data/annotations/rows.h"
#include "data/pictures/format.h"

namespace saccade {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_line(const Line& line, RowCollector& rows) {
  if (line.too_long) return rows.reject(line.number, "the line is longer than 1 MiB");
  const auto tab = line.text.find('\t');
  if (tab == std::string_view::npos) {
    return rows.reject(line.number, "expected `name.jpg#k<TAB>caption`, found no tab; use --format csv for comma-separated files");
  }
  const auto label = line.text.substr(0, tab);
  const auto hash = label.rfind('#');
  if (hash == std::string_view::npos || !all_digits(label.substr(hash + 1))) {
    return rows.reject(line.number, "expected `name.jpg#k<TAB>caption`, found `" + shown(label) +
                                        "` before the tab; use --format tsv for files without `#k`");
  }
  const auto name = label.substr(0, hash);
  // Flickr8k's five captions of "2258277193_586949ec62.jpg.1": there is no such picture.
  if (const auto dot = name.rfind('.');
      dot != std::string_view::npos && all_digits(name.substr(dot + 1)) && has_picture_extension(name.substr(0, dot))) {
    return rows.reject(line.number, "`" + shown(name) + "` is no name of a picture");
  }
  rows.add({.line = line.number, .file = name, .caption = line.text.substr(tab + 1)});
}

}  // namespace

Annotations read_flickr(const std::filesystem::path& path) {
  LineReader lines(path);
  RowCollector rows(path);
  while (const auto line = lines.next()) {
    if (!trimmed(line->text).empty()) read_line(*line, rows);
  }
  return rows.finish();
}

}  // namespace saccade
