#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace saccade {

/// Words and their ids. The first four are <pad>, <start>, <end>, <unk>; words follow by falling count, ties in byte order.
class Vocabulary {
 public:
  /// Words that appear at least `min_count` times among `captions` (tokenised), at most `max_words` of them.
  static Vocabulary build(const std::vector<std::vector<std::string>>& captions, int64_t min_count, int64_t max_words = 1'000'000);
  /// From words in the order of their ids, special ones included. Throws Error if they are not a vocabulary (special words absent, a word
  /// twice, too many).
  static Vocabulary from_words(std::vector<std::string> words);

  int64_t size() const { return static_cast<int64_t>(words_.size()); }
  const std::vector<std::string>& words() const { return words_; }
  const std::string& word(int64_t id) const;
  /// The id of <unk> for an unknown word.
  int64_t id(const std::string& word) const;
  std::vector<int64_t> ids(const std::vector<std::string>& words) const;

 private:
  std::vector<std::string> words_;
  std::unordered_map<std::string, int64_t> ids_;
};

}  // namespace saccade
