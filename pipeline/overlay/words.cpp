#include "pipeline/overlay/words.h"

#include <xxhash.h>

#include <cstdio>
#include <filesystem>

namespace saccade {
namespace {

constexpr std::size_t kLongestName = 60;

std::string printed(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// ASCII letters and digits stay, runs of anything else become one '_'; none at the ends.
std::string safe_part(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    const bool is_kept = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    if (is_kept)
      safe += c;
    else if (!safe.empty() && safe.back() != '_')
      safe += '_';
    if (safe.size() == kLongestName) break;
  }
  while (!safe.empty() && safe.back() == '_') safe.pop_back();
  if (safe.starts_with('-')) safe.insert(0, "_");  // no name is an option
  return safe;
}

}  // namespace

std::vector<std::pair<std::size_t, std::size_t>> word_spans(const std::string& caption, const std::vector<WordRecord>& words) {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  std::size_t position = 0;
  for (const auto& word : words) {
    const auto found = word.word.empty() ? std::string::npos : caption.find(word.word, position);
    if (found == std::string::npos) {
      spans.emplace_back(0, 0);
      continue;
    }
    position = found + word.word.size();
    spans.emplace_back(found, position);
  }
  return spans;
}

std::string short_number(double value) {
  if (value == 0) return "0";
  return printed(value >= 0.1 ? "%.2f" : value >= 0.01 ? "%.3f" : value >= 0.001 ? "%.4f" : "%.1e", value);
}

std::string word_figures(const CaptionRecord& record, std::size_t word) {
  auto text = "p " + printed("%.2f", record.words.at(word).probability);
  if (record.attention && !record.attention->gates.empty()) text += "   β " + printed("%.2f", record.attention->gates.at(word));
  return text;
}

std::string safe_stem(const std::string& image) {
  const auto name = safe_part(std::filesystem::path(image).stem().string());
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(XXH3_64bits(image.data(), image.size())));
  return (name.empty() ? "picture" : name) + "-" + hash;
}

std::string safe_word(const std::string& word) { return safe_part(word); }

}  // namespace saccade
