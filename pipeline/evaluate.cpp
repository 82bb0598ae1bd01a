#include "pipeline/evaluate.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "data/annotations/rows.h"
#include "data/error.h"
#include "pipeline/in_parallel.h"

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

constexpr std::size_t kMostNames = 100;    // of a kind, in JSON
constexpr std::size_t kLongestName = 200;  // of a picture, in a message

std::string plural(std::size_t count, const char* thing) { return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s"); }

// "3 images ...: a.jpg, b.jpg, c.jpg"; nothing for none.
std::string listed(const std::vector<std::string>& names, const char* thing, const char* what) {
  constexpr std::size_t kShown = 5;
  if (names.empty()) return "";
  std::string line = plural(names.size(), thing) + ' ' + what + ": ";
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) line += (i > 0 ? ", " : "") + shown(names[i], kLongestName);
  return line + (names.size() > kShown ? ", ...\n" : "\n");
}

std::string table_line(const char* name, double score) {
  char line[64];
  std::snprintf(line, sizeof line, "%-8s %6.1f\n", name, 100 * score);
  return line;
}

[[noreturn]] void refuse_strangers(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions) {
  const std::string caption = captions.empty() ? "there is none" : "the first is of " + shown(captions[0].image, kLongestName);
  const std::string reference = references.empty() ? "there is none" : "the first is of " + shown(references[0].file, kLongestName);
  throw Error("captions", "none of " + std::to_string(captions.size()) + " belongs to an image with references (" + caption + ")",
              "expected images as in the references (" + reference + ")");
}

std::vector<ScoredCaption> tokenised(const std::vector<EvaluatedImage>& images) {
  std::vector<ScoredCaption> captions(images.size());
  for_each_in_parallel(images.size(), 64, [&] {
    return [&](std::size_t i) {
      captions[i].hypothesis = tokenize_for_scoring(images[i].caption);
      for (const auto& reference : images[i].references) captions[i].references.push_back(tokenize_for_scoring(reference));
    };
  });
  return captions;
}

void add_scores(const std::vector<ScoredCaption>& captions, const EvaluationOptions& options, EvaluationReport& report) {
  const auto* const frequencies = options.document_frequencies ? &*options.document_frequencies : nullptr;
  const auto scores = score_images(captions, frequencies);
  report.scores = corpus_scores(scores);
  report.document_frequencies = frequencies == nullptr
                                    ? "the " + plural(captions.size(), "image") + " evaluated"
                                    : frequencies->source + ", " + plural(static_cast<std::size_t>(frequencies->images), "image");
  for (std::size_t i = 0; i < scores.size(); ++i) report.images[i].scores = scores[i];
  if (options.keep_document_frequencies)
    report.kept_document_frequencies = frequencies == nullptr ? document_frequencies_of(captions) : *frequencies;
  if (!options.meteor) return;
  const auto meteor = score_meteor(captions, *options.meteor);
  report.meteor = meteor.corpus;
  report.meteor_variant = meteor.variant;
  for (std::size_t i = 0; i < scores.size(); ++i) report.images[i].meteor = meteor.images[i];
}

void add_bleu(const std::array<double, 4>& scores, nlohmann::ordered_json& json) {
  for (std::size_t n = 0; n < kBleuKeys.size(); ++n) json[kBleuKeys[n]] = scores[n];
}

}  // namespace

EvaluationReport evaluate_captions(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions,
                                   const EvaluationOptions& options) {
  EvaluationReport report;
  const auto first = first_captions(references, captions, report);
  std::vector<const CaptionRecord*> records;  // of the images scored
  for (std::size_t i = 0; i < references.size(); ++i) {
    const auto& [file, id, split, texts] = references[i];
    if (first[i] == nullptr) {
      report.missing.push_back(file.empty() ? id.text : file);
      continue;
    }
    records.push_back(first[i]);
    report.references += std::ssize(texts);
    report.images.push_back({.image = file, .id = id, .caption = first[i]->caption, .references = texts});
  }
  if (records.empty()) refuse_strangers(references, captions);
  const auto scored = tokenised(report.images);
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (scored[i].hypothesis.empty()) (records[i]->error.empty() ? report.empty : report.failed).push_back(records[i]->image);
  }
  add_scores(scored, options, report);
  return report;
}

EvaluationReport evaluate_images(std::vector<EvaluatedImage> images, const EvaluationOptions& options) {
  EvaluationReport report{.images = std::move(images)};
  for (const auto& image : report.images) report.references += std::ssize(image.references);
  add_scores(tokenised(report.images), options, report);
  return report;
}

EvaluationReport evaluate_captions(const References& references, const std::vector<CaptionRecord>& captions,
                                   const EvaluationOptions& options) {
  auto report = evaluate_captions(references.images, captions, options);
  report.bad_rows = references.bad_row_count;
  if (!references.bad_rows.empty()) {
    const auto& first = references.bad_rows[0];
    report.first_bad_row = first.file + ":" + std::to_string(first.line) + ": " + first.reason;
  }
  return report;
}

DocumentFrequencies count_document_frequencies(const std::vector<AnnotatedImage>& images) {
  DocumentFrequencyCounter counter;
  for (const auto& image : images) {
    counter.add_image();
    for (const auto& caption : image.captions) counter.add_reference(tokenize_for_scoring(caption));
  }
  return counter.frequencies();
}

nlohmann::ordered_json to_json_report(const EvaluationReport& report) {
  const auto& scores = report.scores;
  nlohmann::ordered_json json = {{"images", scores.images}};
  add_bleu(scores.bleu, json);
  json["rouge_l"] = scores.rouge_l;
  json["cider"] = scores.cider;
  json["cider_plain"] = scores.cider_plain;
  json["meteor"] = report.meteor ? nlohmann::json(*report.meteor) : nlohmann::json();
  json["meteor_variant"] = report.meteor ? nlohmann::json(report.meteor_variant) : nlohmann::json();
  json["document_frequencies"] = report.document_frequencies;
  json["references"] = report.references;
  json["bad_rows"] = report.bad_rows;
  json["missing"] = report.missing.size();
  json["failed"] = report.failed.size();
  json["unknown"] = report.unknown.size();
  json["duplicates"] = report.duplicates.size();
  json["empty"] = report.empty.size();
  for (const auto& [key, names] : {std::pair{"missing", &report.missing},
                                   {"failed", &report.failed},
                                   {"unknown", &report.unknown},
                                   {"duplicates", &report.duplicates},
                                   {"empty", &report.empty}}) {
    const auto count = std::min(names->size(), kMostNames);
    json["names"][key] = std::vector<std::string>(names->begin(), names->begin() + static_cast<std::ptrdiff_t>(count));
  }
  return json;
}

nlohmann::ordered_json to_json_line(const EvaluatedImage& image) {
  nlohmann::ordered_json json = {{"image_id", id_to_json(image.id)}, {"image", image.image}, {"caption", image.caption}};
  add_bleu(bleu_scores(image.scores.bleu), json);
  json["rouge_l"] = image.scores.rouge_l;
  json["cider"] = image.scores.cider;
  json["cider_plain"] = image.scores.cider_plain;
  json["meteor"] = image.meteor ? nlohmann::json(meteor_score(*image.meteor)) : nlohmann::json();
  return json;
}

std::string to_table(const EvaluationReport& report) {
  const auto& scores = report.scores;
  std::string table = table_line("BLEU-1", scores.bleu[0]) + table_line("BLEU-2", scores.bleu[1]) + table_line("BLEU-3", scores.bleu[2]) +
                      table_line("BLEU-4", scores.bleu[3]) + table_line("ROUGE-L", scores.rouge_l);
  table += report.meteor ? table_line("METEOR", *report.meteor) : "METEOR        -\n";
  table += table_line("CIDEr-D", scores.cider) + table_line("CIDEr", scores.cider_plain);
  table += "times 100, as papers print them, whose CIDEr is CIDEr-D; " + plural(static_cast<std::size_t>(scores.images), "image") + ", " +
           plural(static_cast<std::size_t>(report.references), "reference") + "\n";
  table += "CIDEr's document frequencies: of " + report.document_frequencies + "\n";
  if (report.meteor) table += report.meteor_variant + "\n";
  return table + account_of(report);
}

std::string account_of(const EvaluationReport& report) {
  std::string account;
  if (report.bad_rows > 0)
    account +=
        plural(static_cast<std::size_t>(report.bad_rows), "row") + " of the references left out, the first: " + report.first_bad_row + "\n";
  return account + listed(report.missing, "image", "without a caption, not scored") +
         listed(report.failed, "picture", "that captioning gave up, scored as an empty caption") +
         listed(report.unknown, "caption", "of images without references, not scored") +
         listed(report.duplicates, "further caption", "of images that have one, not scored") +
         listed(report.empty, "caption", "without a word, scored all the same");
}

}  // namespace saccade
