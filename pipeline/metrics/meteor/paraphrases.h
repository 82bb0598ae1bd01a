#pragma once

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

/// Which phrases mean the same: the part of METEOR's table whose words are all known. Thread-safe.
class Paraphrases {
 public:
  Paraphrases() = default;
  /// The table is three lines an entry: probability, phrase, paraphrase; compressed by gzip or not. Throws Error if it is something else.
  Paraphrases(const std::filesystem::path& path, const MeteorWords& words);

  /// By rising beginning, then length.
  std::vector<PhraseAt> phrases_of(std::span<const WordId> text) const;
  /// How many directions the table has of the two: 0, 1 or 2.
  int directions(uint32_t a, uint32_t b) const { return has(a, b) + has(b, a); }

 private:
  bool has(uint32_t from, uint32_t to) const { return pairs_.find({.front = from, .back = to}) != NgramTable::kUnseen; }
  uint32_t phrase(std::span<const WordId> words);

  NgramTable nodes_;             // of a tree of words: a node is known by its parent and its word; the root is 0
  std::vector<bool> is_phrase_;  // by node
  NgramTable pairs_;             // of phrases
};

}  // namespace saccade
