#include "data/text/vocabulary.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "data/error.h"

namespace saccade {
namespace {

constexpr std::array<std::string_view, 4> kSpecialWords{"<pad>", "<start>", "<end>", "<unk>"};
constexpr int64_t kUnknownId = 3;
constexpr std::size_t kMaxWords = 1'000'000;

}  // namespace

Vocabulary Vocabulary::build(const std::vector<std::vector<std::string>>& captions, int64_t min_count, int64_t max_words) {
  std::unordered_map<std::string_view, int64_t> counts;
  for (const auto& caption : captions) {
    for (const auto& word : caption) ++counts[word];
  }
  std::vector<std::pair<std::string_view, int64_t>> kept;
  for (const auto& [word, count] : counts) {
    const bool special = std::find(kSpecialWords.begin(), kSpecialWords.end(), word) != kSpecialWords.end();
    if (count >= min_count && !special) kept.emplace_back(word, count);
  }
  std::sort(kept.begin(), kept.end(), [](const auto& left, const auto& right) {
    return left.second != right.second ? left.second > right.second : left.first < right.first;
  });
  const auto room = std::min<std::size_t>(static_cast<std::size_t>(std::max<int64_t>(max_words, 0)), kMaxWords - kSpecialWords.size());
  kept.resize(std::min(kept.size(), room));

  std::vector<std::string> words(kSpecialWords.begin(), kSpecialWords.end());
  for (const auto& [word, count] : kept) words.emplace_back(word);
  return from_words(std::move(words));
}

Vocabulary Vocabulary::from_words(std::vector<std::string> words) {
  if (words.size() < kSpecialWords.size() || !std::equal(kSpecialWords.begin(), kSpecialWords.end(), words.begin())) {
    throw Error("vocabulary", "does not begin with <pad>, <start>, <end>, <unk>");
  }
  if (words.size() > kMaxWords) throw Error("vocabulary", "has " + std::to_string(words.size()) + " words", "at most 1000000 are read");
  Vocabulary vocabulary;
  vocabulary.ids_.reserve(words.size());
  for (std::size_t id = 0; id < words.size(); ++id) {
    if (words[id].empty()) throw Error("vocabulary", "word " + std::to_string(id) + " is empty");
    if (!vocabulary.ids_.emplace(words[id], static_cast<int64_t>(id)).second)
      throw Error("vocabulary", "has the word '" + words[id] + "' twice");
  }
  vocabulary.words_ = std::move(words);
  return vocabulary;
}

const std::string& Vocabulary::word(int64_t id) const { return words_.at(static_cast<std::size_t>(id)); }

int64_t Vocabulary::id(const std::string& word) const {
  const auto found = ids_.find(word);
  return found == ids_.end() ? kUnknownId : found->second;
}

std::vector<int64_t> Vocabulary::ids(const std::vector<std::string>& words) const {
  std::vector<int64_t> ids;
  ids.reserve(words.size());
  for (const auto& word : words) ids.push_back(id(word));
  return ids;
}

}  // namespace saccade
