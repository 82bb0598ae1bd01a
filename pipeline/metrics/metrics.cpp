#include "pipeline/metrics/metrics.h"

#include "pipeline/metrics/cider.h"
#include "pipeline/metrics/cooked_references.h"
#include "pipeline/metrics/lexicon.h"
#include "pipeline/metrics/rouge_l.h"

namespace saccade {

std::vector<ImageScores> score_images(const std::vector<ScoredCaption>& captions) {
  Lexicon lexicon;
  CookedReferences references;
  for (const auto& caption : captions) {
    references.add_image();
    for (const auto& reference : caption.references) {
      const auto text = lexicon.add(reference);
      references.add_reference(text.tokens, text.words);
    }
  }
  const CiderD cider(references);
  RougeL rouge;
  HypothesisCooker cooker;
  std::vector<ImageScores> scores;
  scores.reserve(captions.size());
  for (int64_t image = 0; image < references.images(); ++image) {
    const auto text = lexicon.number(captions[image].hypothesis);
    const auto hypothesis = cooker.cook(references, text.tokens, text.words);
    scores.push_back({.bleu = bleu_counts(hypothesis, references, image),
                      .rouge_l = rouge.score(hypothesis, references, image),
                      .cider = cider.score(hypothesis, image)});
  }
  return scores;
}

CorpusScores corpus_scores(const std::vector<ImageScores>& images) {
  CorpusScores scores{.images = std::ssize(images)};
  if (images.empty()) return scores;
  BleuCounts counts;
  for (const auto& image : images) {
    counts += image.bleu;
    scores.rouge_l += image.rouge_l;
    scores.cider += image.cider;
  }
  scores.bleu = bleu_scores(counts);
  scores.rouge_l /= static_cast<double>(images.size());
  scores.cider /= static_cast<double>(images.size());
  return scores;
}

CorpusScores score_captions(const std::vector<ScoredCaption>& captions) { return corpus_scores(score_images(captions)); }

}  // namespace saccade
