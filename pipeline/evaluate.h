/// Captions against references: the scores of the field, and an honest account of what was scored.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "data/annotations/annotations.h"
#include "pipeline/metrics/meteor/meteor.h"
#include "pipeline/metrics/metrics.h"
#include "pipeline/records.h"
#include "pipeline/references.h"

namespace saccade {

struct EvaluationOptions {
  std::optional<MeteorFiles> meteor;                        ///< without them no METEOR is reckoned
  std::optional<DocumentFrequencies> document_frequencies;  ///< of CIDEr; without them those of the images evaluated
  bool keep_document_frequencies = false;                   ///< in the report, those that were used
};

struct EvaluatedImage {
  std::string image;  ///< its file, as the references name it
  ImageId id;
  std::string caption;
  std::vector<std::string> references;
  ImageScores scores;
  std::optional<MeteorStatistics> meteor;  ///< meteor_score() makes the score of them
};

/// Scores over the images that have references and a caption. The lists name images or captions, in the order of their files.
struct EvaluationReport {
  CorpusScores scores;
  std::optional<double> meteor;      ///< 0 … 1, of the summed statistics
  std::string meteor_variant;        ///< which of its modules; empty without METEOR
  std::string document_frequencies;  ///< whose CIDEr weighs n-grams by: "the 5000 images evaluated"
  std::optional<DocumentFrequencies> kept_document_frequencies;
  std::vector<EvaluatedImage> images;
  int64_t references = 0;               ///< captions of people for the images scored
  int64_t bad_rows = 0;                 ///< of the references' file, left out
  std::string first_bad_row;            ///< "captions.txt:7: has no tab"
  std::vector<std::string> missing;     ///< images with references and no caption: not scored
  std::vector<std::string> failed;      ///< pictures that captioning gave up, with an error: scored as an empty caption
  std::vector<std::string> unknown;     ///< captions of images without references: not scored
  std::vector<std::string> duplicates;  ///< second and later captions of an image: the first is scored
  std::vector<std::string> empty;       ///< captions without a word: scored
};

/// Throws Error if no caption belongs to an image with references.
EvaluationReport evaluate_captions(const References& references, const std::vector<CaptionRecord>& captions,
                                   const EvaluationOptions& options = {});
EvaluationReport evaluate_captions(const std::vector<AnnotatedImage>& references, const std::vector<CaptionRecord>& captions,
                                   const EvaluationOptions& options = {});

/// The same captions against what stands in each image's `references` now.
EvaluationReport evaluate_images(std::vector<EvaluatedImage> images, const EvaluationOptions& options = {});

/// Of all captions of people, tokenised for scoring.
DocumentFrequencies count_document_frequencies(const std::vector<AnnotatedImage>& images);

/// Keys images, bleu_1 … bleu_4, rouge_l, cider, cider_plain, meteor and meteor_variant as the reference scorer counts them (0 … 1, CIDEr
/// 0 … 10; null where METEOR was not reckoned), document_frequencies, the counts of what was not as it should be, and the first names of
/// each kind.
nlohmann::ordered_json to_json_report(const EvaluationReport& report);

/// Keys image_id, in the type of the references, image, caption, and the scores as in the report.
nlohmann::ordered_json to_json_line(const EvaluatedImage& image);

/// A table for people: scores times 100, as papers print them; then account_of().
std::string to_table(const EvaluationReport& report);
/// What was missing, twice, unknown and so on, counted and by the first names; nothing where all is well.
std::string account_of(const EvaluationReport& report);

}  // namespace saccade
