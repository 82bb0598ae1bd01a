#include "pipeline/metrics/cooked_references.h"

#include <algorithm>
#include <utility>

#include "pipeline/in_parallel.h"

namespace saccade {
namespace {

constexpr std::size_t kMostAtFirst = 1 << 17;

std::size_t ngrams_of_order(std::size_t words, std::size_t order) { return words < order ? 0 : words - order + 1; }

}  // namespace

void NumberedReferences::reserve(std::size_t words) {
  tokens_.reserve(words);
  words_.reserve(words);
}

void NumberedReferences::add_reference(std::span<const WordId> tokens, std::span<const WordId> words) {
  texts_.push_back({.first_token = tokens_.size(), .tokens = tokens.size(), .first_word = words_.size(), .words = words.size()});
  tokens_.insert(tokens_.end(), tokens.begin(), tokens.end());
  words_.insert(words_.end(), words.begin(), words.end());
}

CookedReferences::CookedReferences(NumberedReferences references) : references_(std::move(references)) {
  for_each_in_parallel(kNgramOrders, 1, [this] {
    return [this](std::size_t i) { cook(kNgramOrders - i); };  // the longest first: most of them are different
  });
  references_.words_ = {};
}

uint32_t CookedReferences::number_in(Order& order, const Ngram& ngram) const {
  const auto number = order.table.insert(ngram);
  if (number == order.document_frequencies.size()) {
    order.document_frequencies.push_back(0);
    order.last_image.push_back(-1);
  }
  return number;
}

uint32_t CookedReferences::number(const Ngram& ngram, std::size_t order) { return number_in(orders_[order - 1], ngram); }

void CookedReferences::cook(std::size_t order) {
  auto& cooked = orders_[order - 1];
  auto& ngrams = cooked.ngrams;
  ngrams.reserve(references_.words_.size());
  // A small corpus has so many different ones; a table that is too small grows, one that is too large stays.
  constexpr std::array<std::size_t, kNgramOrders> kWordsOfOne{64, 8, 6, 4};
  cooked.table.reserve(std::min(references_.words_.size() / kWordsOfOne[order - 1], kMostAtFirst));
  cooked.begins.reserve(references_.texts_.size() + 1);
  int32_t image = 0;
  for (std::size_t r = 0; r < references_.texts_.size(); ++r) {
    while (first_reference(image + 1) <= static_cast<int64_t>(r)) ++image;
    const auto& text = references_.texts_[r];
    const auto words = std::span<const WordId>(references_.words_).subspan(text.first_word, text.words);
    const auto begin = static_cast<std::ptrdiff_t>(ngrams.size());
    cooked.begins.push_back(ngrams.size());
    for (std::size_t i = 0; i < ngrams_of_order(words.size(), order); ++i) {
      const auto number = number_in(cooked, make_ngram(words.subspan(i, order)));
      ngrams.push_back({.ngram = number, .count = 1});
      if (std::exchange(cooked.last_image[number], image) != image) ++cooked.document_frequencies[number];
    }
    std::sort(ngrams.begin() + begin, ngrams.end(), [](const NgramCount& a, const NgramCount& b) { return a.ngram < b.ngram; });
    auto last = ngrams.begin() + begin;  // of the distinct ones
    for (auto next = last; next != ngrams.end(); ++next) {
      if (next == last) continue;
      if (next->ngram == last->ngram) {
        ++last->count;
      } else {
        *++last = *next;
      }
    }
    if (last != ngrams.end()) ngrams.erase(last + 1, ngrams.end());
  }
  cooked.begins.push_back(ngrams.size());
}

CookedText CookedReferences::reference(int64_t index) const {
  const auto r = static_cast<std::size_t>(index);
  const auto& text = references_.texts_[r];
  CookedText cooked{.tokens = std::span(references_.tokens_).subspan(text.first_token, text.tokens),
                    .length = static_cast<int64_t>(text.words)};
  for (std::size_t n = 0; n < kNgramOrders; ++n) {
    const auto& [table, frequencies, last_image, ngrams, begins] = orders_[n];
    cooked.ngrams[n] = std::span(ngrams).subspan(begins[r], begins[r + 1] - begins[r]);
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
      found_.push_back({.number = references.find(ngram, order), .ngram = ngram});
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
