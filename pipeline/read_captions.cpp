#include "pipeline/read_captions.h"

#include "data/annotations/delimited.h"
#include "data/annotations/json_records.h"
#include "data/annotations/lines.h"
#include "data/annotations/table.h"
#include "data/error.h"

namespace saccade {
namespace {

std::string at_line(const std::filesystem::path& path, int64_t line) { return path.string() + ':' + std::to_string(line); }

std::vector<CaptionRecord> read_coco_results(const std::filesystem::path& path) {
  std::vector<CaptionRecord> records;
  read_json_records(path, {{.key = "", .fields = {"image_id", "caption"}}}, [&](JsonRecord&& result) {
    const std::string where = path.string() + ", result " + std::to_string(result.number);
    if (!result.problem.empty()) throw Error(where, result.problem);
    const auto& fields = result.fields;
    const bool has_id = fields.contains("image_id") && (fields["image_id"].is_number_integer() || fields["image_id"].is_string());
    if (!has_id || !fields.contains("caption") || !fields["caption"].is_string()) {
      throw Error(where, "lacks an image_id or a caption", R"(expected {"image_id": 42, "caption": "a dog"})");
    }
    const auto& id = fields["image_id"];
    const ImageId image_id{.text = id.is_string() ? id.get<std::string>() : id.dump(), .is_number = !id.is_string()};
    records.push_back({.image = image_id.text, .id = image_id, .caption = fields["caption"]});
  });
  return records;
}

std::vector<CaptionRecord> read_csv(const std::filesystem::path& path) {
  TableReader reader(path, ',', Quoting::kDouble);
  const auto header = reader.next();
  const auto columns = header ? find_columns(header->fields) : std::nullopt;
  if (!columns || !columns->has_header)
    throw Error(at_line(path, 1), "neither JSON, nor image<TAB>caption, nor a header", "expected a line image,caption");
  std::vector<CaptionRecord> records;
  while (const auto row = reader.next()) {
    if (!row->problem.empty()) throw Error(at_line(path, row->line), row->problem);
    if (row->fields.size() <= std::max(columns->file, columns->caption))
      throw Error(at_line(path, row->line), "has too few fields", "expected as many as the header");
    records.push_back({.image = row->fields[columns->file], .caption = row->fields[columns->caption]});
  }
  return records;
}

std::vector<CaptionRecord> read_lines(const std::filesystem::path& path) {
  LineReader reader(path);
  std::vector<CaptionRecord> records;
  while (const auto line = reader.next()) {
    if (line->text.empty()) continue;
    const auto tab = line->text.find('\t');
    if (line->too_long || tab == std::string_view::npos) throw Error(at_line(path, line->number), "no image<TAB>caption");
    records.push_back({.image = std::string(line->text.substr(0, tab)), .caption = std::string(line->text.substr(tab + 1))});
  }
  return records;
}

}  // namespace

std::vector<CaptionRecord> read_captions(const std::filesystem::path& path) {
  LineReader reader(path);
  auto first = reader.next();
  while (first && first->text.find_first_not_of(" \t\r") == std::string_view::npos) first = reader.next();
  if (!first) throw Error(path.string(), "is empty", "expected captions");
  switch (first->text[first->text.find_first_not_of(" \t\r")]) {
    case '[':
      return read_coco_results(path);
    case '{':
      return read_records(path);
    default:
      return first->text.find('\t') == std::string_view::npos ? read_csv(path) : read_lines(path);
  }
}

}  // namespace saccade
