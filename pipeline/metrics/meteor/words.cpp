#include "pipeline/metrics/meteor/words.h"

#include <libstemmer.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "data/error.h"

namespace saccade {
namespace {

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file || text.empty()) throw Error(path.string(), "cannot be read, or is empty");
  return text;
}

// Calls with each part of the text; an empty part only where two separators meet.
template <typename Call>
void for_each_part(std::string_view text, char separator, Call call) {
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    call(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Calls with each two lines of a file of pairs.
template <typename Call>
void for_each_pair_of_lines(std::string_view text, Call call) {
  std::string_view first;
  bool is_second = false;
  for_each_part(text, '\n', [&](std::string_view line) {
    if (is_second) call(first, line);
    first = line;
    is_second = !is_second;
  });
}

// Endings that are taken off a word to find one that the dictionary has: the first that leads to one counts.
struct Detachment {
  std::string_view ending, replacement;
};
constexpr Detachment kDetachments[] = {{"s", ""},    {"men", "man"}, {"ies", "y"}, {"es", ""},  {"ed", "e"}, {"ed", ""},
                                       {"ing", "e"}, {"ing", ""},    {"er", ""},   {"est", ""}, {"er", "e"}, {"est", "e"}};

}  // namespace

void MeteorWords::DeleteStemmer::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

MeteorWords::MeteorWords(const MeteorFiles& files)
    : synsets_(read_whole(files.synsets)), exceptions_(read_whole(files.exceptions)), stemmer_(sb_stemmer_new("english", "UTF_8")) {
  if (stemmer_ == nullptr) throw Error("libstemmer", "does not know English");
  groups_.reserve(synsets_.size() / 24);
  for_each_pair_of_lines(synsets_, [&](std::string_view word, std::string_view groups) { groups_.emplace(word, groups); });
  for_each_pair_of_lines(exceptions_, [&](std::string_view base, std::string_view forms) {
    for_each_part(forms, ' ', [&](std::string_view form) { bases_of_exceptions_.emplace(form, base); });
  });
  for_each_part(read_whole(files.function_words), '\n', [&](std::string_view word) { function_words_.emplace(word, true); });
}

void MeteorWords::add_groups_of(std::string_view base, std::vector<int32_t>& groups) const {
  const auto found = groups_.find(base);
  if (found == groups_.end()) return;
  for_each_part(found->second, ' ', [&](std::string_view digits) {
    int32_t group = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), group).ec == std::errc()) groups.push_back(group);
  });
}

std::vector<int32_t> MeteorWords::groups_of(std::string_view word) const {
  std::vector<int32_t> groups;
  add_groups_of(word, groups);
  const auto [begin, end] = bases_of_exceptions_.equal_range(word);
  for (auto exception = begin; exception != end; ++exception) add_groups_of(exception->second, groups);
  for (const auto& [ending, replacement] : kDetachments) {
    if (begin != end) break;
    if (!word.ends_with(ending)) continue;
    if (ending == "s" && (word.ends_with("ss") || word.size() < 3)) continue;
    const auto base = std::string(word.substr(0, word.size() - ending.size())) + std::string(replacement);
    if (!groups_.contains(base)) continue;
    add_groups_of(base, groups);
    break;
  }
  std::sort(groups.begin(), groups.end());
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

WordId MeteorWords::add(std::string_view word) {
  if (const auto known = numbers_.find(word); known != numbers_.end()) return known->second;
  const auto* const stem = sb_stemmer_stem(stemmer_.get(), reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
  if (stem == nullptr) throw std::bad_alloc();
  const std::string_view stem_text(reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(stemmer_.get())));
  const auto stem_number = stems_.emplace(stem_text, static_cast<int32_t>(stems_.size())).first->second;
  words_.push_back({.is_function_word = function_words_.contains(word), .stem = stem_number, .groups = groups_of(word)});
  return numbers_.emplace(word, static_cast<WordId>(numbers_.size())).first->second;
}

WordId MeteorWords::find(std::string_view word) const {
  const auto known = numbers_.find(word);
  return known == numbers_.end() ? -1 : known->second;
}

bool MeteorWords::are_synonyms(WordId a, WordId b) const {
  const auto &left = words_[static_cast<std::size_t>(a)].groups, &right = words_[static_cast<std::size_t>(b)].groups;
  for (auto i = left.begin(), j = right.begin(); i != left.end() && j != right.end();) {
    if (*i == *j) return true;
    *i < *j ? ++i : ++j;
  }
  return false;
}

}  // namespace saccade
