#include "pipeline/training/validation.h"

#include "data/text/tokenizer.h"
#include "models/search/beam_search.h"

namespace saccade {
namespace {

constexpr std::size_t kBatch = 32;

std::vector<std::string> words_of(const Hypothesis& hypothesis, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  for (const int64_t token : hypothesis.tokens) words.push_back(vocabulary.word(token));
  return words;
}

}  // namespace

Validation::Validation(const PreparedDataset& dataset, const std::string& split, int64_t pictures)
    : dataset_(dataset), images_(dataset.split(split)) {
  if (pictures > 0 && pictures < std::ssize(images_)) images_.resize(static_cast<std::size_t>(pictures));
  for (const int64_t image : images_) {
    auto& references = references_.emplace_back();
    for (const auto& caption : dataset.images()[image].captions) references.push_back(tokenize_for_scoring(caption));
  }
}

CorpusScores Validation::score(DecoderModule& decoder, const SearchConfig& search,
                               const std::function<torch::Tensor(const torch::Tensor&)>& features) const {
  const torch::NoGradGuard no_gradients;
  const bool was_training = decoder.is_training();
  decoder.eval();
  std::vector<ScoredCaption> captions;
  for (std::size_t begin = 0; begin < images_.size(); begin += kBatch) {
    const std::vector<int64_t> batch(images_.begin() + static_cast<std::ptrdiff_t>(begin),
                                     images_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kBatch, images_.size())));
    const auto found = beam_search(decoder, features(torch::tensor(batch)), search);
    for (const auto& hypotheses : found) {
      const auto caption = join_words(words_of(hypotheses.front(), dataset_.vocabulary()));
      captions.push_back({tokenize_for_scoring(caption), references_[captions.size()]});
    }
  }
  decoder.train(was_training);
  return score_captions(captions);
}

}  // namespace saccade
