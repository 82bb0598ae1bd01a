#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/metrics/meteor/files.h"
#include "pipeline/metrics/ngrams.h"

struct sb_stemmer;

namespace saccade {

/// What METEOR knows of each word of the texts: whether it is a function word, its stem, and the groups of synonyms it is in. Words are
/// numbered as they are added; reading is thread-safe once all are.
class MeteorWords {
 public:
  explicit MeteorWords(const MeteorFiles& files);

  WordId add(std::string_view word);
  /// -1 for a word that was never added.
  WordId find(std::string_view word) const;

  bool is_function_word(WordId word) const { return words_[static_cast<std::size_t>(word)].is_function_word; }
  bool have_same_stem(WordId a, WordId b) const { return stem(a) == stem(b); }
  bool are_synonyms(WordId a, WordId b) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <typename Value>
  using Map = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
  struct Word {
    bool is_function_word = false;
    int32_t stem = 0;
    std::vector<int32_t> groups;  // of synonyms, sorted
  };
  struct DeleteStemmer {
    void operator()(sb_stemmer* stemmer) const;
  };

  int32_t stem(WordId word) const { return words_[static_cast<std::size_t>(word)].stem; }
  void add_groups_of(std::string_view base, std::vector<int32_t>& groups) const;
  std::vector<int32_t> groups_of(std::string_view word) const;

  Map<WordId> numbers_;
  std::vector<Word> words_;
  Map<int32_t> stems_;
  Map<bool> function_words_;
  std::string synsets_, exceptions_;                                                 // the files
  std::unordered_map<std::string_view, std::string_view> groups_;                    // a word's line of groups
  std::unordered_multimap<std::string_view, std::string_view> bases_of_exceptions_;  // by the inflected form
  std::unique_ptr<sb_stemmer, DeleteStemmer> stemmer_;
};

}  // namespace saccade
