#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "pipeline/metrics/meteor/words.h"
#include "pipeline/metrics/ngrams.h"

namespace saccade {

/// A phrase of the table at a place of a text.
struct PhraseAt {
  uint32_t phrase = 0;
  int32_t begin = 0, length = 0;
};

/// Which words follow which somewhere in the texts to be scored.
class Neighbours {
 public:
  void add(std::span<const WordId> text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) pairs_.insert(make_ngram(text.subspan(i, 2)));
  }
  bool contain(WordId word, WordId next) const { return pairs_.find(make_ngram(std::array{word, next})) != NgramTable::kUnseen; }

 private:
  NgramTable pairs_;
};

/// Which phrases mean the same: the part of METEOR's table that the texts can have. Thread-safe.
class Paraphrases {
 public:
  Paraphrases() = default;
  /// Of phrases all whose words, and all whose neighbours, are in the texts. The table is three lines an entry: probability, phrase,
  /// paraphrase; compressed by gzip or not. Throws Error if it is something else.
  Paraphrases(const std::filesystem::path& path, const MeteorWords& words, const Neighbours& neighbours);

  /// By rising beginning, then length.
  std::vector<PhraseAt> phrases_of(std::span<const WordId> text) const;
  /// The place in the table of the entry that says `to` for `from`, or -1.
  int64_t entry(uint32_t from, uint32_t to) const {
    const auto number = pairs_.find({.front = from, .back = to});
    return number == NgramTable::kUnseen ? -1 : static_cast<int64_t>(number);
  }

 private:
  uint32_t phrase(std::span<const WordId> words);

  NgramTable nodes_;             // of a tree of words: a node is known by its parent and its word; the root is 0
  std::vector<bool> is_phrase_;  // by node
  NgramTable pairs_;             // of phrases
};

}  // namespace saccade
