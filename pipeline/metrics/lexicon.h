/// Words to numbers, for scoring.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pipeline/metrics/ngrams.h"

namespace saccade {

/// A tokenised text in numbers. The reference scorer cuts it into words twice: ROUGE-L at blanks, into its tokens; BLEU and CIDEr at any
/// white space, also at the no-break space inside a token such as "1 1/2", and they alone find nothing in an empty text, where ROUGE-L
/// finds one empty token.
struct NumberedText {
  std::vector<WordId> tokens;
  std::vector<WordId> words;
};

class Lexicon {
 public:
  /// Numbers of the words of a reference; unknown words are added.
  NumberedText add(const std::vector<std::string>& tokens);
  /// Numbers of the words of a hypothesis; unknown words get numbers of their own that hold for this text only. From any thread.
  NumberedText number(const std::vector<std::string>& tokens) const;

  /// By their numbers; valid while this lives and nothing is added.
  std::vector<std::string_view> words() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, WordId, Hash, std::equal_to<>> numbers_;
};

}  // namespace saccade
