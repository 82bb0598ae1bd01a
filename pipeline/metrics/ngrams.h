/// N-grams of numbered words, packed so that comparing two is comparing two integers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace saccade {

/// The number of a word: of a Lexicon, or the token id of a vocabulary. Not negative.
using WordId = int32_t;

inline constexpr int kNgramOrders = 4;

/// One to four words, 32 bits each; no two different n-grams are equal, of the same order or not.
struct Ngram {
  uint64_t front = 0, back = 0;
  auto operator<=>(const Ngram&) const = default;
};

/// Of 1 to 4 words.
Ngram make_ngram(std::span<const WordId> words);
/// Its 1 to 4 words again.
std::vector<WordId> words_of(const Ngram& ngram);

/// Numbers n-grams from 0 in the order of their appearance.
class NgramTable {
 public:
  static constexpr uint32_t kUnseen = 0xffffffff;

  NgramTable() : slots_(kFirstSlots) {}
  /// kUnseen for an n-gram that was never inserted.
  uint32_t find(const Ngram& ngram) const { return slots_[slot(ngram)].number; }
  uint32_t insert(const Ngram& ngram);
  /// Room for so many.
  void reserve(std::size_t count);
  std::size_t size() const { return size_; }
  /// By their numbers.
  std::vector<Ngram> ngrams() const;

 private:
  static constexpr std::size_t kFirstSlots = 1024;  // a power of two, as all that follow
  struct Slot {
    Ngram ngram;
    uint32_t number = kUnseen;
  };
  std::size_t slot(const Ngram& ngram) const;
  void rehash(std::size_t slots);

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace saccade
