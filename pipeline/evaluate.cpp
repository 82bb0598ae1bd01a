#include "pipeline/evaluate.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "data/error.h"
#include "pipeline/references.h"

namespace saccade {
namespace {

constexpr std::array<const char*, 4> kBleuKeys{"bleu_1", "bleu_2", "bleu_3", "bleu_4"};

// The first caption of each image that was captioned, by the place of the image.
std::vector<const CaptionRecord*> first_captions(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions,
                                                 EvaluationReport& report) {
  const ImageIndex index(references);
  std::vector<const CaptionRecord*> first(references.size(), nullptr);
  for (const auto& caption : captions) {
    const auto place = index.find(caption.image, caption.id);
    if (!place) {
      report.unknown.push_back(caption.image);
    } else if (first[*place] != nullptr) {
      report.duplicates.push_back(caption.image);
    } else {
      first[*place] = &caption;
    }
  }
  return first;
}

std::string plural(std::size_t count, const char* thing) { return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s"); }

// "3 images ...: a.jpg, b.jpg, c.jpg"; nothing for none.
std::string listed(const std::vector<std::string>& names, const char* thing, const char* what) {
  constexpr std::size_t kShown = 5;
  if (names.empty()) return "";
  std::string line = plural(names.size(), thing) + ' ' + what + ": ";
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) line += (i > 0 ? ", " : "") + names[i];
  return line + (names.size() > kShown ? ", ...\n" : "\n");
}

std::string table_line(const char* name, double score) {
  char line[64];
  std::snprintf(line, sizeof line, "%-8s %6.1f\n", name, 100 * score);
  return line;
}

}  // namespace

EvaluationReport evaluate_captions(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions) {
  EvaluationReport report;
  const auto first = first_captions(references, captions, report);
  std::vector<ScoredCaption> scored;
  for (std::size_t i = 0; i < references.size(); ++i) {
    if (first[i] == nullptr) {
      report.missing.push_back(references[i].file.empty() ? references[i].id.text : references[i].file);
      continue;
    }
    ScoredCaption caption{.hypothesis = tokenize_for_scoring(first[i]->caption)};
    if (caption.hypothesis.empty()) (first[i]->error.empty() ? report.empty : report.failed).push_back(first[i]->image);
    for (const auto& reference : references[i].captions) caption.references.push_back(tokenize_for_scoring(reference));
    report.references += std::ssize(caption.references);
    scored.push_back(std::move(caption));
  }
  if (scored.empty()) {
    const std::string caption = captions.empty() ? "there is none" : "the first is of " + captions[0].image;
    const std::string reference = references.empty() ? "there is none" : "the first is of " + references[0].file;
    throw Error("captions", "none of " + std::to_string(captions.size()) + " belongs to an image with references (" + caption + ")",
                "expected images as in the references (" + reference + ")");
  }
  report.scores = score_captions(scored);
  return report;
}

nlohmann::ordered_json to_json_report(const EvaluationReport& report) {
  nlohmann::ordered_json json = {{"images", report.scores.images}};
  for (std::size_t n = 0; n < kBleuKeys.size(); ++n) json[kBleuKeys[n]] = report.scores.bleu[n];
  json["rouge_l"] = report.scores.rouge_l;
  json["cider"] = report.scores.cider;
  json["references"] = report.references;
  json["missing"] = report.missing.size();
  json["failed"] = report.failed.size();
  json["unknown"] = report.unknown.size();
  json["duplicates"] = report.duplicates.size();
  json["empty"] = report.empty.size();
  return json;
}

std::string to_table(const EvaluationReport& report) {
  const auto& scores = report.scores;
  std::string table = table_line("BLEU-1", scores.bleu[0]) + table_line("BLEU-2", scores.bleu[1]) + table_line("BLEU-3", scores.bleu[2]) +
                      table_line("BLEU-4", scores.bleu[3]) + table_line("ROUGE-L", scores.rouge_l) + table_line("CIDEr-D", scores.cider);
  table += "times 100, as papers print them; " + plural(static_cast<std::size_t>(scores.images), "image") + ", " +
           plural(static_cast<std::size_t>(report.references), "reference") + "\n";
  return table + listed(report.missing, "image", "without a caption, not scored") +
         listed(report.failed, "picture", "that captioning gave up, scored as an empty caption") +
         listed(report.unknown, "caption", "of images without references, not scored") +
         listed(report.duplicates, "further caption", "of images that have one, not scored") +
         listed(report.empty, "caption", "without a word, scored all the same");
}

}  // namespace saccade
