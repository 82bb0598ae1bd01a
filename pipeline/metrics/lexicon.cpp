#include "pipeline/metrics/lexicon.h"

namespace saccade {
namespace {

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// `number` gives the number of a word.
template <typename Number>
NumberedText numbered(const std::vector<std::string>& tokens, Number number) {
  NumberedText text;
  text.tokens.reserve(tokens.size());
  text.words.reserve(tokens.size());
  for (std::string_view token : tokens) {
    text.tokens.push_back(number(token));
    for (auto cut = token.find(kNoBreakSpace); cut != std::string_view::npos; cut = token.find(kNoBreakSpace)) {
      if (cut > 0) text.words.push_back(number(token.substr(0, cut)));
      token.remove_prefix(cut + kNoBreakSpace.size());
    }
    if (!token.empty()) text.words.push_back(number(token));
  }
  if (tokens.empty()) text.tokens.push_back(number(std::string_view()));
  return text;
}

}  // namespace

NumberedText Lexicon::add(const std::vector<std::string>& tokens) {
  return numbered(tokens, [this](std::string_view word) {
    const auto known = numbers_.find(word);
    if (known != numbers_.end()) return known->second;
    return numbers_.emplace(word, static_cast<WordId>(numbers_.size())).first->second;
  });
}

std::vector<std::string_view> Lexicon::words() const {
  std::vector<std::string_view> words(numbers_.size());
  for (const auto& [word, number] : numbers_) words[static_cast<std::size_t>(number)] = word;
  return words;
}

NumberedText Lexicon::number(const std::vector<std::string>& tokens) const {
  std::unordered_map<std::string_view, WordId> unknown;  // takes no memory until there is one
  return numbered(tokens, [&](std::string_view word) {
    const auto known = numbers_.find(word);
    if (known != numbers_.end()) return known->second;
    return unknown.emplace(word, static_cast<WordId>(numbers_.size() + unknown.size())).first->second;
  });
}

}  // namespace saccade
