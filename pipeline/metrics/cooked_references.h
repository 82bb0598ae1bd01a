/// References prepared once for any number of hypotheses: what BLEU, ROUGE-L and CIDEr need of them, in flat arrays.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/metrics/ngrams.h"

namespace saccade {

/// How often a text has an n-gram, which is known by its number in the table of the references.
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

/// Thread-safe once all references are added.
class CookedReferences {
 public:
  /// The references that follow belong to this image. Images are numbered from 0.
  /// Room for references of so many words together.
  void reserve(std::size_t words);
  void add_image();
  void add_reference(std::span<const WordId> tokens, std::span<const WordId> words);

  /// The number of an n-gram that references need not have; then no image has it.
  uint32_t number(const Ngram& ngram);

  int64_t images() const { return std::ssize(first_reference_); }
  /// References of image i are those from first_reference(i) to first_reference(i + 1).
  int64_t first_reference(int64_t image) const { return image < images() ? first_reference_[image] : std::ssize(texts_); }
  CookedText reference(int64_t index) const;
  const NgramTable& table() const { return table_; }
  /// By n-gram number: how many images have it in any reference.
  const std::vector<int32_t>& document_frequencies() const { return document_frequencies_; }

 private:
  struct Text {
    std::size_t first_token = 0, tokens = 0, words = 0;
    std::array<std::size_t, kNgramOrders + 1> ngrams{};  // where each order begins, and the end
  };
  std::vector<int64_t> first_reference_;
  std::vector<Text> texts_;
  std::vector<WordId> tokens_;
  std::vector<NgramCount> ngrams_;
  NgramTable table_;
  std::vector<int32_t> document_frequencies_, last_image_;  // by n-gram number
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
