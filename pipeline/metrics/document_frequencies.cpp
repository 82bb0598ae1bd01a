#include "pipeline/metrics/document_frequencies.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "data/annotations/lines.h"
#include "data/error.h"
#include "data/files/atomic_file.h"

namespace saccade {
namespace {

constexpr const char* kFormat = "saccade-document-frequencies";
constexpr int kVersion = 1;

int64_t images_of_header(std::string_view line, const std::string& where) {
  const auto json = nlohmann::json::parse(line.starts_with('{') ? line.substr(0, 4096) : "", nullptr, false);
  if (!json.is_object() || json.value("format", nlohmann::json()) != kFormat) {
    throw Error(where, "is no file of document frequencies", "saccade evaluate --save-document-frequencies makes one");
  }
  const auto version = json.value("version", nlohmann::json()), images = json.value("images", nlohmann::json());
  if (version != kVersion) throw Error(where, "is of version " + version.dump(), "expected version " + std::to_string(kVersion));
  if (!images.is_number_unsigned() || images == 0u || images > static_cast<unsigned>(std::numeric_limits<int32_t>::max())) {
    throw Error(where, "has no number of images", R"(expected "images": N in its first line)");
  }
  return images.get<int64_t>();
}

DocumentFrequencies::Entry entry_of(std::string_view line, int64_t images, const std::string& where) {
  DocumentFrequencies::Entry entry;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), entry.images);
  const auto digits = static_cast<std::size_t>(end - line.data());
  if (failure != std::errc() || digits >= line.size() || line[digits] != '\t' || entry.images < 1 || entry.images > images) {
    throw Error(where, "is not a number of images, a tab and an n-gram", "expected 1 to " + std::to_string(images) + " images");
  }
  entry.ngram = line.substr(digits + 1);
  const auto blanks = std::count(entry.ngram.begin(), entry.ngram.end(), ' ');
  const bool has_gap = entry.ngram.starts_with(' ') || entry.ngram.ends_with(' ') || entry.ngram.find("  ") != std::string::npos;
  if (entry.ngram.empty() || blanks >= kNgramOrders || has_gap)
    throw Error(where, "is no n-gram", "expected one to four words, a blank between two");
  return entry;
}

}  // namespace

void DocumentFrequencyCounter::add_reference(const std::vector<std::string>& tokens) {
  const auto words = lexicon_.add(tokens).words;
  for (std::size_t order = 1; order <= kNgramOrders; ++order) {
    for (std::size_t i = 0; i + order <= words.size(); ++i) {
      const auto number = table_.insert(make_ngram(std::span(words).subspan(i, order)));
      if (number == frequencies_.size()) {
        frequencies_.push_back(0);
        last_image_.push_back(0);
      }
      if (std::exchange(last_image_[number], images_) != images_) ++frequencies_[number];
    }
  }
}

DocumentFrequencies DocumentFrequencyCounter::frequencies() const {
  DocumentFrequencies result{.images = images_};
  const auto words = lexicon_.words();
  const auto ngrams = table_.ngrams();
  for (std::size_t number = 0; number < ngrams.size(); ++number) {
    if (frequencies_[number] < 2) continue;
    std::string text;
    for (const auto word : words_of(ngrams[number])) {
      if (!text.empty()) text += ' ';
      text += words[static_cast<std::size_t>(word)];
    }
    result.entries.push_back({.ngram = std::move(text), .images = frequencies_[number]});
  }
  std::sort(result.entries.begin(), result.entries.end());
  return result;
}

void write_document_frequencies(const DocumentFrequencies& frequencies, const std::filesystem::path& path) {
  const nlohmann::ordered_json header = {{"format", kFormat}, {"version", kVersion}, {"images", frequencies.images}};
  AtomicFile file(path);
  std::string block = header.dump() + "\n";
  for (const auto& entry : frequencies.entries) {
    block += std::to_string(entry.images) + '\t' + entry.ngram + '\n';
    if (block.size() < (1 << 20)) continue;
    file.write(block);
    block.clear();
  }
  file.write(block);
  file.commit();
}

DocumentFrequencies read_document_frequencies(const std::filesystem::path& path) {
  LineReader lines(path);
  const auto first = lines.next();
  DocumentFrequencies frequencies{.source = path.string(), .images = images_of_header(first ? first->text : "", path.string())};
  while (const auto line = lines.next()) {
    frequencies.entries.push_back(entry_of(line->text, frequencies.images, path.string() + ":" + std::to_string(line->number)));
  }
  return frequencies;
}

}  // namespace saccade
