#include "pipeline/reference_count_report.h"

#include <cstdio>

namespace saccade {
namespace {

constexpr std::size_t kMostRows = 10;

std::vector<EvaluatedImage> with_first_references(const std::vector<EvaluatedImage>& all, std::size_t count) {
  std::vector<EvaluatedImage> images;
  for (const auto& image : all) {
    if (image.references.size() < count) continue;
    images.push_back(image);
    images.back().references.resize(count);
  }
  return images;
}

}  // namespace

std::vector<ReferenceCountScores> scores_by_reference_count(const EvaluationReport& report, EvaluationOptions options) {
  options.keep_document_frequencies = false;
  std::vector<ReferenceCountScores> rows;
  for (std::size_t count = 1; count <= kMostRows; ++count) {
    auto images = with_first_references(report.images, count);
    if (images.empty()) break;
    const auto scored = evaluate_images(std::move(images), options);
    rows.push_back({.references = static_cast<int64_t>(count), .scores = scored.scores, .meteor = scored.meteor});
  }
  return rows;
}

nlohmann::ordered_json to_json_rows(const std::vector<ReferenceCountScores>& rows) {
  auto json = nlohmann::ordered_json::array();
  for (const auto& row : rows) {
    auto& entry = json.emplace_back(nlohmann::ordered_json{{"references", row.references}, {"images", row.scores.images}});
    for (std::size_t n = 0; n < row.scores.bleu.size(); ++n) entry["bleu_" + std::to_string(n + 1)] = row.scores.bleu[n];
    entry["rouge_l"] = row.scores.rouge_l;
    entry["cider"] = row.scores.cider;
    entry["cider_plain"] = row.scores.cider_plain;
    entry["meteor"] = row.meteor ? nlohmann::ordered_json(*row.meteor) : nlohmann::ordered_json();
  }
  return json;
}

std::string to_table(const std::vector<ReferenceCountScores>& rows) {
  std::string table = "references  images  BLEU-1  BLEU-2  BLEU-3  BLEU-4  ROUGE-L  METEOR  CIDEr-D\n";
  for (const auto& row : rows) {
    char line[160], meteor[16] = "      -";
    if (row.meteor) std::snprintf(meteor, sizeof meteor, "%7.1f", 100 * *row.meteor);
    const auto& bleu = row.scores.bleu;
    std::snprintf(line, sizeof line, "%10lld %7lld %7.1f %7.1f %7.1f %7.1f %8.1f %s %8.1f\n", static_cast<long long>(row.references),
                  static_cast<long long>(row.scores.images), 100 * bleu[0], 100 * bleu[1], 100 * bleu[2], 100 * bleu[3],
                  100 * row.scores.rouge_l, meteor, 100 * row.scores.cider);
    table += line;
  }
  return table;
}

}  // namespace saccade
