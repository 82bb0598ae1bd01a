#include "data/annotations/table.h"

#include <algorithm>
#include <array>
#include <span>

#include "data/annotations/rows.h"
#include "data/error.h"
#include "data/pictures/format.h"
#include "data/text/utf8.h"

namespace saccade {
namespace {

constexpr std::array<std::string_view, 11> kFileNames{"image",     "image_name", "file_name", "filename",   "file",    "image_path",
                                                      "file_path", "filepath",   "path",      "image_file", "image_id"};
constexpr std::array<std::string_view, 9> kCaptionNames{"caption",  "captions",    "comment", "text",        "prompt",
                                                        "sentence", "description", "raw",     "caption_text"};

std::optional<std::size_t> find_column(const std::vector<std::string>& header, std::span<const std::string_view> names) {
  for (const auto name : names) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (lower_case(trimmed(header[i])) == name) return i;
    }
  }
  return {};
}

std::optional<std::size_t> find_column(const std::vector<std::string>& header, std::string_view name) {
  return find_column(header, std::span(&name, 1));
}

bool names_a_picture(std::string_view field) {
  return has_picture_extension(trimmed(field)) || field.find("://") != std::string_view::npos;
}

/// Flickr30k's row "2199200615.jpg| 4   A dog runs across the grass ." lacks the separator behind its number.
std::optional<std::string_view> caption_behind_number(std::string_view field) {
  field = trimmed(field);
  const auto end = field.find_first_not_of("0123456789");
  if (end == 0 || end == std::string_view::npos || field[end] != ' ') return {};
  return field.substr(end);
}

class TableRows {
 public:
  TableRows(const TableColumns& columns, char separator, RowCollector& rows) : columns_(columns), separator_(separator), rows_(rows) {}

  void read(TableRow& row) {
    if (!row.problem.empty()) return rows_.reject(row.line, row.problem);
    auto& fields = row.fields;
    const bool caption_is_last = columns_.caption + 1 == columns_.count;
    if (columns_.number && caption_is_last && fields.size() + 1 == columns_.count) {
      if (const auto caption = caption_behind_number(fields.back())) fields.emplace_back(*caption);
    }
    if (caption_is_last) join_last_field(fields, columns_.count, separator_);
    if (fields.size() != columns_.count) {
      return rows_.reject(
          row.line, "expected " + std::to_string(columns_.count) + " columns as in the first line, found " + std::to_string(fields.size()));
    }
    rows_.add({.line = row.line,
               .file = fields[columns_.file],
               .caption = fields[columns_.caption],
               .split = columns_.split ? std::string_view(fields[*columns_.split]) : std::string_view(),
               .id = {.text = columns_.id ? std::string(trimmed(fields[*columns_.id])) : std::string()}});
  }

 private:
  const TableColumns& columns_;
  char separator_;
  RowCollector& rows_;
};

}  // namespace

std::optional<TableColumns> find_columns(const std::vector<std::string>& first_row) {
  TableColumns columns{.count = first_row.size()};
  const auto file = find_column(first_row, kFileNames), caption = find_column(first_row, kCaptionNames);
  if (file && caption) {
    columns.file = *file;
    columns.caption = *caption;
    columns.split = find_column(first_row, "split");
    columns.id = find_column(first_row, "image_id");
    columns.number = find_column(first_row, "comment_number");
    columns.has_header = true;
    return columns;
  }
  if (first_row.size() < 2) return {};
  const auto picture = std::find_if(first_row.begin(), first_row.end(), names_a_picture);
  if (picture == first_row.end()) return {};
  columns.file = static_cast<std::size_t>(picture - first_row.begin());
  columns.caption = columns.file + 1 == columns.count ? columns.count - 2 : columns.count - 1;
  return columns;
}

void join_last_field(std::vector<std::string>& fields, std::size_t count, char separator) {
  while (fields.size() > count) {
    fields[count - 1] += separator + fields[count];
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(count));
  }
}

Annotations read_table(const std::filesystem::path& path, char separator, Quoting quoting) {
  TableReader table(path, separator, quoting);
  RowCollector rows(path);
  auto first = table.next();
  if (!first) return rows.finish();
  const auto columns = first->problem.empty() ? find_columns(first->fields) : std::nullopt;
  if (!columns) {
    throw Error(path.string() + ":1", "the first line names no columns of pictures and captions",
                "a header as `image,caption` or `file_name,text` is expected");
  }
  TableRows reader(*columns, separator, rows);
  if (!columns->has_header) reader.read(*first);
  while (auto row = table.next()) reader.read(*row);
  return rows.finish();
}

char likely_separator(std::string_view first_line) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char separator : {',', '|', ';', '\t'}) {
    const auto count = std::count(first_line.begin(), first_line.end(), separator);
    const std::string_view text = first_line.substr(0, first_line.find(separator));
    // A caption may hold more commas than the line has bars; the first field of a row is a picture's name or a short word of a header.
    const bool plausible = count > 0 && (names_a_picture(text) || find_column({std::string(text)}, kFileNames));
    if (plausible) return separator;
    if (count > most) {
      best = separator;
      most = count;
    }
  }
  return best;
}

}  // namespace saccade
