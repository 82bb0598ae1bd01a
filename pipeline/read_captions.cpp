#include "pipeline/read_captions.h"

#include "data/annotations/delimited.h"
#include "data/annotations/json_fields.h"
#include "data/annotations/json_records.h"
#include "data/annotations/lines.h"
#include "data/annotations/rows.h"
#include "data/annotations/table.h"
#include "data/error.h"

namespace saccade {
namespace {

constexpr std::size_t kMaxFirstObject = 1 << 20;  // longer ones are whole files

std::string at_line(const std::filesystem::path& path, int64_t line) { return path.string() + ':' + std::to_string(line); }

CaptionRecord record_of_result(const JsonRecord& result, const std::string& where) {
  if (!result.problem.empty()) throw Error(where, result.problem);
  const auto id = id_field(result.fields, "image_id");
  const auto caption = result.fields.find("caption");
  if (!id || caption == result.fields.end() || !caption->is_string()) {
    throw Error(where, "lacks an image_id or a caption", R"(expected {"image_id": 42, "caption": "a dog"})");
  }
  return {.image = id->text, .id = id, .caption = *caption};
}

const JsonSection& fields_of_results() {
  static const JsonSection section{.key = "", .fields = {"image_id", "caption"}};
  return section;
}

std::vector<CaptionRecord> read_coco_results(const std::filesystem::path& path) {
  std::vector<CaptionRecord> records;
  read_json_records(path, {fields_of_results()}, [&](JsonRecord&& result) {
    records.push_back(record_of_result(result, path.string() + ", result " + std::to_string(result.number)));
  });
  return records;
}

/// The same, one a line.
std::vector<CaptionRecord> read_result_lines(const std::filesystem::path& path) {
  LineReader reader(path);
  std::vector<CaptionRecord> records;
  while (const auto line = reader.next()) {
    if (trimmed(line->text).empty()) continue;
    if (line->too_long) throw Error(at_line(path, line->number), "the line is longer than 1 MiB");
    records.push_back(record_of_result(read_json_line(line->text, fields_of_results()), at_line(path, line->number)));
  }
  return records;
}

/// What people wrote, taken for the work of a system: of an image with several captions the first counts.
std::vector<CaptionRecord> read_annotated(const std::filesystem::path& path) {
  std::vector<CaptionRecord> records;
  for (const auto& image : read_annotations(path).images) {
    for (const auto& caption : image.captions) records.push_back({.image = image.file, .id = image.id, .caption = caption});
  }
  return records;
}

CaptionRecord record_of_row(std::string_view image, std::string_view caption, const std::string& where) {
  if (trimmed(image).empty()) throw Error(where, "names no image", "expected the image's file or id before its caption");
  return {.image = std::string(image), .caption = std::string(caption)};
}

std::vector<CaptionRecord> read_csv(const std::filesystem::path& path, char separator) {
  TableReader reader(path, separator, separator == '|' ? Quoting::kNone : Quoting::kDouble);
  const auto header = reader.next();
  const auto columns = header ? find_columns(header->fields) : std::nullopt;
  if (!columns || !columns->has_header)
    throw Error(at_line(path, 1), "neither JSON, nor image<TAB>caption, nor a header", "expected a line image,caption");
  std::vector<CaptionRecord> records;
  while (auto row = reader.next()) {
    if (!row->problem.empty()) throw Error(at_line(path, row->line), row->problem);
    auto& fields = row->fields;
    if (columns->caption + 1 == columns->count) join_last_field(fields, columns->count, separator);
    if (fields.size() != columns->count) {
      throw Error(at_line(path, row->line), "has " + std::to_string(fields.size()) + " fields",
                  "expected " + std::to_string(columns->count) + ", as the header has; quote a caption with commas");
    }
    records.push_back(record_of_row(fields[columns->file], fields[columns->caption], at_line(path, row->line)));
  }
  return records;
}

std::vector<CaptionRecord> read_lines(const std::filesystem::path& path) {
  LineReader reader(path);
  std::vector<CaptionRecord> records;
  while (const auto line = reader.next()) {
    if (trimmed(line->text).empty()) continue;
    const auto tab = line->text.find('\t');
    if (line->too_long || tab == std::string_view::npos) throw Error(at_line(path, line->number), "no image<TAB>caption");
    records.push_back(record_of_row(line->text.substr(0, tab), line->text.substr(tab + 1), at_line(path, line->number)));
  }
  return records;
}

/// One object: a line of records or of results, or the beginning of something else.
std::vector<CaptionRecord> read_objects(const std::filesystem::path& path, std::string_view first_line) {
  const auto first = nlohmann::json::parse(first_line.size() <= kMaxFirstObject ? first_line : std::string_view(), nullptr, false);
  const auto has = [&](const char* key) { return first.is_object() && first.contains(key); };
  if (first.is_discarded()) return read_annotated(path);  // it goes on behind its first line
  if (has("image") && (has("caption") || has("error")) && !has("captions")) return read_records(path);
  if (has("image_id") && has("caption") && !has("file_name")) return read_result_lines(path);
  const bool is_annotated = has("captions") || has("images") || has("annotations") || has("file_name");
  return is_annotated ? read_annotated(path) : read_records(path);  // which tells what is missing
}

bool ends_in_caption_number(std::string_view label) {
  const auto hash = label.rfind('#');
  return hash != std::string_view::npos && hash + 1 < label.size() &&
         label.find_first_not_of("0123456789", hash + 1) == std::string_view::npos;
}

}  // namespace

std::vector<CaptionRecord> read_captions(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return read_annotated(path);
  LineReader reader(path);
  auto first = reader.next();
  while (first && trimmed(first->text).empty()) first = reader.next();
  if (!first) throw Error(path.string(), "is empty", "expected captions");
  const auto text = trimmed(first->text);
  if (text[0] == '[') return read_coco_results(path);
  if (text[0] == '{') return read_objects(path, text);
  const auto tab = text.find('\t');
  if (tab == std::string_view::npos) return read_csv(path, likely_separator(text));
  return ends_in_caption_number(text.substr(0, tab)) ? read_annotated(path) : read_lines(path);
}

}  // namespace saccade
