#include "data/annotations/json_fields.h"
#include "data/annotations/json_records.h"
#include "data/annotations/lines.h"
#include "data/annotations/readers.h"
#include "data/annotations/rows.h"

namespace saccade {
namespace {

constexpr auto kFileKeys = {"image", "file_name", "file_path", "filename", "file", "image_path", "path"};
constexpr auto kCaptionKeys = {"captions", "caption", "sentences", "text", "prompt"};

JsonSection wanted_fields() {
  JsonSection section{.fields = {"id", "image_id", "split"}};
  section.fields.insert(kFileKeys.begin(), kFileKeys.end());
  section.fields.insert(kCaptionKeys.begin(), kCaptionKeys.end());
  return section;
}

std::string file_of(const nlohmann::json& fields) {
  for (const auto* key : kFileKeys) {
    if (auto file = text_field(fields, key); !file.empty()) return file;
  }
  return {};
}

/// A caption: a text, or an object that holds one.
std::string caption_text(const nlohmann::json& caption) {
  if (caption.is_string()) return caption.get<std::string>();
  if (!caption.is_object()) return {};
  const auto raw = text_field(caption, "raw");
  return raw.empty() ? text_field(caption, "caption") : raw;
}

std::vector<std::string> captions_of(const nlohmann::json& fields) {
  for (const auto* key : kCaptionKeys) {
    const auto found = fields.find(key);
    if (found == fields.end()) continue;
    if (!found->is_array()) return {caption_text(*found)};
    std::vector<std::string> captions;
    for (const auto& caption : *found) captions.push_back(caption_text(caption));
    return captions;
  }
  return {};
}

void read_record(const JsonRecord& record, RowCollector& rows) {
  if (!record.problem.empty()) return rows.reject(record.number, record.problem);
  const auto file = file_of(record.fields);
  if (file.empty()) return rows.reject(record.number, "the record names no file; expected one of `image`, `file_name`, `file_path`");
  const auto captions = captions_of(record.fields);
  if (captions.empty()) return rows.reject(record.number, "the record has no caption; expected `captions`, a list, or `caption`");
  auto id = id_field(record.fields, "image_id");
  if (!id) id = id_field(record.fields, "id");
  const auto split = text_field(record.fields, "split");
  for (const auto& caption : captions)
    rows.add({.line = record.number, .file = file, .caption = caption, .split = split, .id = id.value_or(ImageId{})});
}

bool is_one_list(const std::filesystem::path& path) {
  LineReader lines(path);
  while (const auto line = lines.next()) {
    if (const auto text = trimmed(line->text); !text.empty()) return text[0] == '[';
  }
  return false;
}

}  // namespace

Annotations read_jsonl(const std::filesystem::path& path) {
  RowCollector rows(path);
  const auto section = wanted_fields();
  if (is_one_list(path)) {
    read_json_records(path, {section}, [&](JsonRecord&& record) { read_record(record, rows); });
    return rows.finish();
  }
  LineReader lines(path);
  while (const auto line = lines.next()) {
    if (trimmed(line->text).empty()) continue;
    auto record = line->too_long ? JsonRecord{.problem = "the line is longer than 1 MiB"} : read_json_line(line->text, section);
    record.number = line->number;
    read_record(record, rows);
  }
  return rows.finish();
}

}  // namespace saccade
