#include "pipeline/metrics/cooked_references.h"

#include <algorithm>
#include <utility>

namespace saccade {
namespace {

std::size_t ngrams_of_order(std::size_t words, std::size_t order) { return words < order ? 0 : words - order + 1; }

}  // namespace

void CookedReferences::reserve(std::size_t words) {
  tokens_.reserve(words);
  ngrams_.reserve(kNgramOrders * words);
  table_.reserve(words / 4);  // a small corpus grows once or twice, a large one does not take what it may not need
}

void CookedReferences::add_image() { first_reference_.push_back(std::ssize(texts_)); }

uint32_t CookedReferences::number(const Ngram& ngram) {
  const auto number = table_.insert(ngram);
  if (number == document_frequencies_.size()) {
    document_frequencies_.push_back(0);
    last_image_.push_back(0);
  }
  return number;
}

void CookedReferences::add_reference(std::span<const WordId> tokens, std::span<const WordId> words) {
  Text text{.first_token = tokens_.size(), .tokens = tokens.size(), .words = words.size()};
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  const auto image = static_cast<int32_t>(first_reference_.size());
  for (std::size_t order = 1; order <= kNgramOrders; ++order) {
    const auto begin = static_cast<std::ptrdiff_t>(ngrams_.size());
    text.ngrams[order - 1] = ngrams_.size();
    for (std::size_t i = 0; i < ngrams_of_order(words.size(), order); ++i) {
      const auto number = this->number(make_ngram(words.subspan(i, order)));
      ngrams_.push_back({.ngram = number, .count = 1});
      if (std::exchange(last_image_[number], image) != image) ++document_frequencies_[number];
    }
    std::sort(ngrams_.begin() + begin, ngrams_.end(), [](const NgramCount& a, const NgramCount& b) { return a.ngram < b.ngram; });
    auto last = ngrams_.begin() + begin;  // of the distinct ones
    for (auto next = last; next != ngrams_.end(); ++next) {
      if (next == last) continue;
      if (next->ngram == last->ngram) {
        ++last->count;
      } else {
        *++last = *next;
      }
    }
    if (last != ngrams_.end()) ngrams_.erase(last + 1, ngrams_.end());
  }
  text.ngrams[kNgramOrders] = ngrams_.size();
  texts_.push_back(text);
}

CookedText CookedReferences::reference(int64_t index) const {
  const auto& text = texts_[static_cast<std::size_t>(index)];
  CookedText cooked{.tokens = std::span(tokens_).subspan(text.first_token, text.tokens), .length = static_cast<int64_t>(text.words)};
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    cooked.ngrams[n] = std::span(ngrams_).subspan(text.ngrams[n], text.ngrams[n + 1] - text.ngrams[n]);
  }
  return cooked;
}

CookedText HypothesisCooker::cook(const CookedReferences& references, std::span<const WordId> tokens, std::span<const WordId> words) {
  CookedText cooked{.tokens = tokens, .length = std::ssize(words)};
  counts_.clear();
  counts_.reserve(kNgramOrders * words.size());  // the spans below must not move
  for (std::size_t order = 1; order <= kNgramOrders; ++order) {
    found_.clear();
    for (std::size_t i = 0; i < ngrams_of_order(words.size(), order); ++i) {
      const auto ngram = make_ngram(words.subspan(i, order));
      found_.push_back({.number = references.table().find(ngram), .ngram = ngram});
    }
    std::sort(found_.begin(), found_.end());
    const std::size_t begin = counts_.size();
    for (std::size_t i = 0; i < found_.size(); ++i) {
      if (i > 0 && found_[i] == found_[i - 1]) {
        ++counts_.back().count;
      } else {
        counts_.push_back({.ngram = found_[i].number, .count = 1});
      }
    }
    cooked.ngrams[order - 1] = std::span<const NgramCount>(counts_).subspan(begin);
  }
  return cooked;
}

}  // namespace saccade
