/// Captions against references: the scores of the field, and an honest account of what was scored.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/annotations/annotations.h"
#include "pipeline/metrics/metrics.h"
#include "pipeline/records.h"

namespace saccade {

/// Scores over the images that have references and a caption. The lists name images or captions, in the order of their files.
struct EvaluationReport {
  CorpusScores scores;
  int64_t references = 0;               ///< captions of people for the images scored
  std::vector<std::string> missing;     ///< images with references and no caption: not scored
  std::vector<std::string> failed;      ///< pictures that captioning gave up, with an error: scored as an empty caption
  std::vector<std::string> unknown;     ///< captions of images without references: not scored
  std::vector<std::string> duplicates;  ///< second and later captions of an image: the first is scored
  std::vector<std::string> empty;       ///< captions without a word: scored
};

/// Throws Error if no caption belongs to an image with references.
EvaluationReport evaluate_captions(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions);

/// Keys images, bleu_1 … bleu_4, rouge_l and cider as the reference scorer prints them (0 … 1, CIDEr 0 … 10), and the counts of what was
/// not as it should be.
nlohmann::ordered_json to_json_report(const EvaluationReport& report);

/// A table for people: scores times 100, as papers print them; then what was missing, by name.
std::string to_table(const EvaluationReport& report);

}  // namespace saccade
