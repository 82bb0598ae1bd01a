#include <algorithm>
#include <array>
#include <string_view>

#include "data/annotations/annotations.h"
#include "data/annotations/delimited.h"
#include "data/annotations/json_records.h"
#include "data/annotations/lines.h"
#include "data/annotations/readers.h"
#include "data/annotations/rows.h"
#include "data/annotations/table.h"
#include "data/error.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

/// The beginning of a file: enough to tell its format.
struct Beginning {
  fs::path path;
  bool is_folder = false;
  std::string_view text;        ///< at most 256 KiB
  std::string_view first_line;  ///< the first that is not blank
};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
bool is_json_object(const Beginning& file) { return file.first_line.starts_with('{'); }

bool looks_like_folder(const Beginning& file) { return file.is_folder; }

// A record of JSON Lines ends with its line; the other formats are one object, on one line or many.
bool looks_like_jsonl(const Beginning& file) {
  if (file.first_line.starts_with('[')) return true;
  return is_json_object(file) && file.first_line.ends_with('}') && !contains(file.first_line, "\"images\"") &&
         !contains(file.first_line, "\"annotations\"");
}

bool looks_like_karpathy(const Beginning& file) {
  return is_json_object(file) && (contains(file.text, "\"sentences\"") || contains(file.text, "\"sentids\""));
}

bool looks_like_coco(const Beginning& file) {
  return is_json_object(file) && (contains(file.text, "\"images\"") || contains(file.text, "\"annotations\""));
}

bool looks_like_flickr(const Beginning& file) {
  const auto label = file.first_line.substr(0, file.first_line.find('\t'));
  const auto hash = label.rfind('#');
  return label.size() < file.first_line.size() && hash != std::string_view::npos && hash + 1 < label.size() &&
         label.find_first_not_of("0123456789", hash + 1) == std::string_view::npos;
}

bool looks_like_tsv(const Beginning& file) { return contains(file.first_line, "\t") && !is_json_object(file); }

bool looks_like_csv(const Beginning& file) {
  if (is_json_object(file)) return false;
  const char separator = likely_separator(file.first_line);
  const auto first = TableReader(file.path, separator, separator == '|' ? Quoting::kNone : Quoting::kDouble).next();
  return first && first->problem.empty() && find_columns(first->fields).has_value();
}

struct FormatRow {
  std::string_view name;
  AnnotationFormat format;
  bool (*looks_like)(const Beginning&);
  Annotations (*read)(const fs::path&);
};

/// In the order in which they are tried: each is told apart from those below it.
constexpr std::array<FormatRow, 7> kFormats{{{"folder", AnnotationFormat::kFolder, looks_like_folder, read_folder},
                                             {"jsonl", AnnotationFormat::kJsonl, looks_like_jsonl, read_jsonl},
                                             {"karpathy", AnnotationFormat::kKarpathy, looks_like_karpathy, read_karpathy},
                                             {"coco", AnnotationFormat::kCoco, looks_like_coco, read_coco},
                                             {"flickr", AnnotationFormat::kFlickr, looks_like_flickr, read_flickr},
                                             {"tsv", AnnotationFormat::kTsv, looks_like_tsv, read_tsv},
                                             {"csv", AnnotationFormat::kCsv, looks_like_csv, read_csv}}};

std::string format_names() {
  std::string names = "auto";
  for (const auto& row : kFormats) names += ", " + std::string(row.name);
  return names;
}

Beginning beginning_of(const fs::path& path, std::string_view text) {
  Beginning file{.path = path, .text = text.substr(0, 256 << 10)};
  auto rest = file.text;
  while (!rest.empty() && file.first_line.empty()) {
    const auto end = rest.find('\n');
    file.first_line = trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return file;
}

const FormatRow& tell_format(const Beginning& file) {
  const auto found = std::find_if(kFormats.begin(), kFormats.end(), [&](const FormatRow& row) { return row.looks_like(file); });
  if (found == kFormats.end()) {
    throw Error(file.path.string(), "its format cannot be told from its first line `" + shown(file.first_line) + "`",
                "name it with --format: " + format_names());
  }
  return *found;
}

const FormatRow& tell_format(const fs::path& path) {
  if (fs::is_directory(path)) return tell_format(Beginning{.path = path, .is_folder = true});
  const MappedFile file(path);
  if (text_of(file).empty()) throw Error(path.string(), "is empty");
  return tell_format(beginning_of(path, text_of(file)));
}

}  // namespace

AnnotationFormat annotation_format(const std::string& name) {
  if (name == "auto") return AnnotationFormat::kAuto;
  for (const auto& row : kFormats) {
    if (name == row.name) return row.format;
  }
  throw Error("--format", "there is no format '" + shown(name) + "'", "one of " + format_names());
}

Annotations read_annotations(const fs::path& path, AnnotationFormat format) {
  if (format == AnnotationFormat::kAuto) return tell_format(path).read(path);
  return std::find_if(kFormats.begin(), kFormats.end(), [format](const FormatRow& row) { return row.format == format; })->read(path);
}

}  // namespace saccade
