/// Scores of captions against references, as the reference scorer (coco-caption) defines them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace saccade {

/// One picture: what was written, and what people wrote. Tokenised already (see tokenize_for_scoring).
struct ScoredCaption {
  std::vector<std::string> hypothesis;
  std::vector<std::vector<std::string>> references;  ///< at least one
};

struct CorpusScores {
  int64_t images = 0;
  std::array<double, 4> bleu{};  ///< BLEU-1 … BLEU-4 of the corpus (not the mean of pictures)
  double rouge_l = 0;            ///< mean over pictures
  double cider = 0;              ///< CIDEr-D, what the field prints as CIDEr; 0 … 10
};

/// Papineni et al. 2002; closest reference length, as coco-caption's bleu_scorer.
std::array<double, 4> bleu(const std::vector<ScoredCaption>& captions);
/// Lin 2004, β = 1.2; the maxima of precision and recall taken separately over references. Per picture.
std::vector<double> rouge_l(const std::vector<ScoredCaption>& captions);
/// Vedantam et al. 2015, CIDEr-D with σ = 6; document frequencies of the references given. Per picture.
std::vector<double> cider_d(const std::vector<ScoredCaption>& captions);

CorpusScores score_captions(const std::vector<ScoredCaption>& captions);

/// The tokens that scores are counted over: PTB-like, lower case, the scorer's punctuation dropped.
std::vector<std::string> tokenize_for_scoring(const std::string& caption);

}  // namespace saccade
