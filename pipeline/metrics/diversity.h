/// What scores do not see: whether captions say different things, and whether they end as sentences do. On tokens of ptb_tokenizer.h,
/// punctuation left out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "pipeline/metrics/ngrams.h"

namespace saccade {

/// Captions that a system was trained on, to tell which of its own are new. Equal is what has the same tokens.
class CaptionSet {
 public:
  void add(const std::vector<std::string>& tokens);
  bool contains(const std::vector<std::string>& tokens) const;
  std::size_t size() const { return captions_.size(); }

 private:
  std::unordered_set<std::string> captions_;
};

/// Of captions, one an image. Shares are of all captions, 0 … 1; all is 0 where there is no caption.
struct Diversity {
  int64_t captions = 0;
  int64_t words = 0;
  int64_t vocabulary = 0;  ///< different words
  /// distinct-1 … 4: different n-grams over all n-grams of that order (Li et al. 2016 divide by words). It falls as a corpus grows: to be
  /// compared between systems on the same images.
  std::array<double, kNgramOrders> distinct{};
  double mean_length = 0;                       ///< words a caption
  double length_deviation = 0;                  ///< standard deviation of it, over the captions there are (divided by N)
  double different = 0;                         ///< different captions over captions
  double shared = 0;                            ///< share of captions that another image has too
  std::optional<double> novel;                  ///< share of captions that were not in training
  double bad_endings = 0;                       ///< share whose last word ends no sentence: ends_badly()
  double stammering = 0;                        ///< share in which a word or an n-gram is said twice on end
  std::array<double, kNgramOrders> repeated{};  ///< of that, by the number of words said twice: "a a", "a man a man", ...
};

/// `training` may be null: what is novel stays unknown.
Diversity measure_diversity(std::span<const std::vector<std::string>> captions, const CaptionSet* training = nullptr);

/// Whether a caption stops before it is at an end, as "a man with a" does: its last word is an article, a possessive that needs its noun, a
/// conjunction, or a preposition that does not end a sentence. The list is closed and in diversity.cpp; captions of people have it at the
/// end in 0.04 % of cases.
bool ends_badly(std::span<const std::string> tokens);

}  // namespace saccade
