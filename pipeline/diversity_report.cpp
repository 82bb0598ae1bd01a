#include "pipeline/diversity_report.h"

#include <cstdio>

#include "pipeline/metrics/ptb_tokenizer.h"

namespace saccade {
namespace {

std::string diversity_line(const char* name, double value, const char* meaning) {
  char line[160];
  std::snprintf(line, sizeof line, "%-12s %7.1f  %s\n", name, value, meaning);
  return line;
}

}  // namespace

Diversity diversity_of(const EvaluationReport& report, const std::vector<AnnotatedImage>& training) {
  std::vector<std::vector<std::string>> captions;
  captions.reserve(report.images.size());
  for (const auto& image : report.images) captions.push_back(tokenize_for_scoring(image.caption));
  CaptionSet learned;
  for (const auto& image : training) {
    for (const auto& caption : image.captions) learned.add(tokenize_for_scoring(caption));
  }
  return measure_diversity(captions, training.empty() ? nullptr : &learned);
}

nlohmann::ordered_json to_json_diversity(const Diversity& diversity) {
  nlohmann::ordered_json json = {{"captions", diversity.captions}, {"vocabulary", diversity.vocabulary}};
  for (std::size_t n = 0; n < diversity.distinct.size(); ++n) json["distinct_" + std::to_string(n + 1)] = diversity.distinct[n];
  json["mean_length"] = diversity.mean_length;
  json["length_deviation"] = diversity.length_deviation;
  json["different"] = diversity.different;
  json["shared"] = diversity.shared;
  json["novel"] = diversity.novel ? nlohmann::json(*diversity.novel) : nlohmann::json();
  json["bad_endings"] = diversity.bad_endings;
  json["stammering"] = diversity.stammering;
  for (std::size_t n = 0; n < diversity.repeated.size(); ++n) json["repeated_" + std::to_string(n + 1)] = diversity.repeated[n];
  return json;
}

std::string to_table(const Diversity& diversity) {
  auto table = diversity_line("vocabulary", static_cast<double>(diversity.vocabulary), "different words") +
               diversity_line("length", diversity.mean_length, "words a caption") +
               diversity_line("distinct-1", 100 * diversity.distinct[0], "different words per 100") +
               diversity_line("distinct-2", 100 * diversity.distinct[1], "different pairs of words per 100") +
               diversity_line("different", 100 * diversity.different, "different captions per 100") +
               diversity_line("shared", 100 * diversity.shared, "per 100 are said of another image too");
  if (diversity.novel) table += diversity_line("novel", 100 * *diversity.novel, "per 100 were not in training");
  return table + diversity_line("bad endings", 100 * diversity.bad_endings, "per 100 end as \"a man with a\" does") +
         diversity_line("stammering", 100 * diversity.stammering, "per 100 say a word or more twice on end");
}

}  // namespace saccade
