/// References prepared once for any number of hypotheses: what BLEU, ROUGE-L and CIDEr need of them, in flat arrays.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/metrics/ngrams.h"

namespace saccade {

/// How often a text has an n-gram, which is known by its number among those of its order that the references have.
struct NgramCount {
  uint32_t ngram = 0;
  int32_t count = 0;
};

/// A view of a text that is ready to be scored.
struct CookedText {
  std::span<const WordId> tokens;  ///< for ROUGE-L; see NumberedText
  int64_t length = 0;              ///< in words
  std::array<std::span<const NgramCount>, kNgramOrders>
      ngrams{};  ///< distinct ones by rising number; those of no reference last, as NgramTable::kUnseen
};

/// References in numbers, image by image, to be cooked.
class NumberedReferences {
 public:
  /// Room for so many words together.
  void reserve(std::size_t words);
  /// The references that follow belong to this image. Images are numbered from 0.
  void add_image() { first_reference_.push_back(std::ssize(texts_)); }
  void add_reference(std::span<const WordId> tokens, std::span<const WordId> words);

 private:
  friend class CookedReferences;
  struct Text {
    std::size_t first_token = 0, tokens = 0, first_word = 0, words = 0;
  };
  std::vector<int64_t> first_reference_;  // by image
  std::vector<Text> texts_;
  std::vector<WordId> tokens_, words_;
};

/// May be read from any thread.
class CookedReferences {
 public:
  /// On all cores, an order of n-grams on each.
  explicit CookedReferences(NumberedReferences references);

  /// The number of an n-gram of `order` words that references need not have; then no image has it.
  uint32_t number(const Ngram& ngram, std::size_t order);
  /// kUnseen for an n-gram that no reference has.
  uint32_t find(const Ngram& ngram, std::size_t order) const { return orders_[order - 1].table.find(ngram); }

  int64_t images() const { return std::ssize(references_.first_reference_); }
  /// References of image i are those from first_reference(i) to first_reference(i + 1).
  int64_t first_reference(int64_t image) const {
    return image < images() ? references_.first_reference_[static_cast<std::size_t>(image)] : std::ssize(references_.texts_);
  }
  CookedText reference(int64_t index) const;
  /// By number of an n-gram of `order` words: how many images have it in any reference.
  const std::vector<int32_t>& document_frequencies(std::size_t order) const { return orders_[order - 1].document_frequencies; }

 private:
  struct Order {
    NgramTable table;
    std::vector<int32_t> document_frequencies, last_image;  // by number
    std::vector<NgramCount> ngrams;                         // of all references
    std::vector<std::size_t> begins;                        // by reference, and the end
  };
  uint32_t number_in(Order& order, const Ngram& ngram) const;
  void cook(std::size_t order);

  NumberedReferences references_;
  std::array<Order, kNgramOrders> orders_;
};

/// Prepares hypotheses against such references. Its memory is reused from text to text, so each thread has its own.
class HypothesisCooker {
 public:
  /// Valid until the next call; `tokens` must live as long.
  CookedText cook(const CookedReferences& references, std::span<const WordId> tokens, std::span<const WordId> words);

 private:
  struct Found {
    uint32_t number;
    Ngram ngram;
    auto operator<=>(const Found&) const = default;
  };
  std::vector<Found> found_;
  std::vector<NgramCount> counts_;
};

}  // namespace saccade
