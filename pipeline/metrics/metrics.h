/// Scores of captions against references, as the reference scorer (coco-caption) defines them. Tokenised captions enter, numbers leave. One
/// source a metric; each works on references that were cooked once (cooked_references.h), on words or on token ids, without taking memory
/// for a caption: fit to be a reward in training.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/metrics/bleu.h"
#include "pipeline/metrics/document_frequencies.h"
#include "pipeline/metrics/ptb_tokenizer.h"

namespace saccade {

/// One picture: what was written, and what people wrote. Tokenised already (see ptb_tokenizer.h).
struct ScoredCaption {
  std::vector<std::string> hypothesis;
  std::vector<std::vector<std::string>> references;  ///< at least one
};

struct ImageScores {
  BleuCounts bleu;         ///< bleu_scores() makes the scores of them
  double rouge_l = 0;      ///< 0 … 1
  double cider = 0;        ///< CIDEr-D, 0 … 10
  double cider_plain = 0;  ///< CIDEr without clipping and length penalty, 0 … 10
};

struct CorpusScores {
  int64_t images = 0;
  std::array<double, 4> bleu{};  ///< BLEU-1 … BLEU-4 of the corpus (not the mean of pictures)
  double rouge_l = 0;            ///< mean over pictures
  double cider = 0;              ///< CIDEr-D, what the field prints as CIDEr; 0 … 10
  double cider_plain = 0;        ///< CIDEr without clipping and length penalty; 0 … 10
};

/// Document frequencies of CIDEr are those of the references given, so that a picture's score depends on the others; or of another set.
std::vector<ImageScores> score_images(const std::vector<ScoredCaption>& captions, const DocumentFrequencies* frequencies = nullptr);
CorpusScores corpus_scores(const std::vector<ImageScores>& images);

/// Those of the references, to be kept for scoring other captions by.
DocumentFrequencies document_frequencies_of(const std::vector<ScoredCaption>& captions);

CorpusScores score_captions(const std::vector<ScoredCaption>& captions);

}  // namespace saccade
