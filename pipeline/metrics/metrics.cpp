#include "pipeline/metrics/metrics.h"

#include <algorithm>

#include "pipeline/in_parallel.h"
#include "pipeline/metrics/cider.h"
#include "pipeline/metrics/cooked_references.h"
#include "pipeline/metrics/lexicon.h"
#include "pipeline/metrics/rouge_l.h"

namespace saccade {

namespace {

using Frequencies = std::array<std::vector<int32_t>, kNgramOrders>;

// By the n-gram numbers of the references, which learn those that they lack.
Frequencies numbered_frequencies(const DocumentFrequencies& frequencies, Lexicon& lexicon, CookedReferences& references) {
  Frequencies by_number;
  std::vector<std::string> words;
  for (const auto& entry : frequencies.entries) {
    words.clear();
    for (std::size_t begin = 0; begin < entry.ngram.size();) {
      const auto end = std::min(entry.ngram.find(' ', begin), entry.ngram.size());
      words.push_back(entry.ngram.substr(begin, end - begin));
      begin = end + 1;
    }
    const auto ngram = lexicon.add(words).words;
    const auto order = ngram.size();  // a no-break space inside a word makes two of it
    if (order == 0 || order > kNgramOrders) continue;
    const std::size_t number = references.number(make_ngram(ngram), order);
    auto& of_order = by_number[order - 1];
    if (number >= of_order.size()) of_order.resize(std::max(number + 1, references.document_frequencies(order).size()), 0);
    of_order[number] = entry.images;
  }
  return by_number;
}

// In the first's numbers.
NumberedReferences numbered_references(Lexicon& lexicon, const std::vector<ScoredCaption>& captions) {
  NumberedReferences references;
  std::size_t words = 0;
  for (const auto& caption : captions) {
    for (const auto& reference : caption.references) words += reference.size();
  }
  references.reserve(words);
  for (const auto& caption : captions) {
    references.add_image();
    for (const auto& reference : caption.references) {
      const auto text = lexicon.add(reference);
      references.add_reference(text.tokens, text.words);
    }
  }
  return references;
}

Cider make_cider(CookedReferences& references, Lexicon& lexicon, const DocumentFrequencies* frequencies) {
  if (frequencies == nullptr) return Cider(references);
  const auto numbered = numbered_frequencies(*frequencies, lexicon, references);
  return Cider(references, frequencies->images, {numbered[0], numbered[1], numbered[2], numbered[3]});
}

}  // namespace

std::vector<ImageScores> score_images(const std::vector<ScoredCaption>& captions, const DocumentFrequencies* frequencies) {
  Lexicon lexicon;
  CookedReferences references(numbered_references(lexicon, captions));
  const auto cider = make_cider(references, lexicon, frequencies);
  std::vector<ImageScores> scores(captions.size());
  for_each_in_parallel(scores.size(), 64, [&] {
    return [&, rouge = RougeL(), cooker = HypothesisCooker()](std::size_t i) mutable {
      const auto image = static_cast<int64_t>(i);
      const auto text = lexicon.number(captions[i].hypothesis);
      const auto hypothesis = cooker.cook(references, text.tokens, text.words);
      const auto [cider_d, cider_plain] = cider.scores(hypothesis, image);
      scores[i] = {.bleu = bleu_counts(hypothesis, references, image),
                   .rouge_l = rouge.score(hypothesis, references, image),
                   .cider = cider_d,
                   .cider_plain = cider_plain};
    };
  });
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
    scores.cider_plain += image.cider_plain;
  }
  scores.bleu = bleu_scores(counts);
  scores.rouge_l /= static_cast<double>(images.size());
  scores.cider /= static_cast<double>(images.size());
  scores.cider_plain /= static_cast<double>(images.size());
  return scores;
}

DocumentFrequencies document_frequencies_of(const std::vector<ScoredCaption>& captions) {
  DocumentFrequencyCounter counter;
  for (const auto& caption : captions) {
    counter.add_image();
    for (const auto& reference : caption.references) counter.add_reference(reference);
  }
  return counter.frequencies();
}

CorpusScores score_captions(const std::vector<ScoredCaption>& captions) { return corpus_scores(score_images(captions)); }

}  // namespace saccade
