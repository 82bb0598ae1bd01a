#include "data/annotations/lines.h"
#include "data/annotations/readers.h"
#include "data/annotations/table.h"

namespace saccade {

Annotations read_csv(const std::filesystem::path& path) {
  LineReader lines(path);
  const auto first = lines.next();
  const char separator = likely_separator(first ? first->text : std::string_view());
  // Flickr30k's results.csv, the one file with bars in the wild, quotes nothing and has quotation marks in its captions.
  return read_table(path, separator, separator == '|' ? Quoting::kNone : Quoting::kDouble);
}

}  // namespace saccade
