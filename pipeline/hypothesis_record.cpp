#include "pipeline/hypothesis_record.h"

#include <algorithm>
#include <cmath>

#include "data/text/tokenizer.h"

namespace saccade {
namespace {

std::vector<std::string> words_of(const Hypothesis& hypothesis, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  words.reserve(hypothesis.tokens.size());
  for (const auto token : hypothesis.tokens) words.push_back(vocabulary.word(token));
  return words;
}

std::vector<std::vector<float>> rows_of(const torch::Tensor& weights) {
  const auto rows = weights.to(torch::kFloat32).contiguous();  // [T, L]
  const auto* from = rows.data_ptr<float>();
  std::vector<std::vector<float>> result;
  for (int64_t t = 0; t < rows.size(0); ++t, from += rows.size(1)) result.emplace_back(from, from + rows.size(1));
  return result;
}

}  // namespace

CaptionRecord record_of(const std::vector<Hypothesis>& hypotheses, const Vocabulary& vocabulary, int64_t alternatives) {
  const auto& best = hypotheses.front();
  const auto words = words_of(best, vocabulary);
  CaptionRecord record{.caption = join_words(words), .log_probability = best.log_probability};
  for (std::size_t t = 0; t < words.size(); ++t) record.words.push_back({words[t], std::exp(best.log_probabilities[t])});
  const auto count = std::min<std::size_t>(static_cast<std::size_t>(alternatives), hypotheses.size() - 1);
  for (std::size_t n = 1; n <= count; ++n) {
    record.alternatives.push_back({join_words(words_of(hypotheses[n], vocabulary)), hypotheses[n].log_probability});
  }
  return record;
}

AttentionRecord attention_of(const Hypothesis& hypothesis, const PictureGeometry& geometry, const std::vector<RegionBox>& regions) {
  return {.geometry = geometry, .regions = regions, .weights = rows_of(hypothesis.weights), .gates = hypothesis.gates};
}

}  // namespace saccade
