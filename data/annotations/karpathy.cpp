#include "data/annotations/json_fields.h"
#include "data/annotations/json_records.h"
#include "data/annotations/readers.h"
#include "data/annotations/rows.h"

namespace saccade {
namespace {

/// What people wrote; where a file has only tokens, these.
std::string sentence_text(const nlohmann::json& sentence) {
  if (!sentence.is_object()) return {};
  auto text = text_field(sentence, "raw");
  if (!text.empty() || !sentence.contains("tokens") || !sentence["tokens"].is_array()) return text;
  for (const auto& token : sentence["tokens"]) {
    if (token.is_string()) text += (text.empty() ? "" : " ") + token.get<std::string>();
  }
  return text;
}

void read_image(const JsonRecord& record, RowCollector& rows) {
  if (!record.problem.empty()) return rows.reject(record.number, record.problem);
  const auto sentences = record.fields.find("sentences");
  if (sentences == record.fields.end() || !sentences->is_array() || sentences->empty())
    return rows.reject(record.number, "the image has no sentences");
  const auto folder = text_field(record.fields, "filepath"), name = text_field(record.fields, "filename");
  const auto file = folder.empty() || name.empty() ? name : folder + "/" + name;
  const auto split = text_field(record.fields, "split");
  for (const auto& sentence : *sentences) {
    rows.add({.line = record.number,
              .file = file,
              .caption = sentence_text(sentence),
              .split = split,
              .id = id_field(record.fields, "cocoid").value_or(ImageId{})});
  }
}

}  // namespace

Annotations read_karpathy(const std::filesystem::path& path) {
  RowCollector rows(path);
  const std::vector<JsonSection> sections{{.key = "images", .fields = {"filename", "filepath", "split", "cocoid", "sentences"}}};
  read_json_records(path, sections, [&](JsonRecord&& record) { read_image(record, rows); });
  return rows.finish();
}

}  // namespace saccade
