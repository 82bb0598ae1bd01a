#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "pipeline/metrics/lexicon.h"
#include "pipeline/metrics/ngrams.h"

namespace saccade {

/// In how many images people used an n-gram: what CIDEr weighs n-grams by. Those of the images evaluated make a score depend on which
/// images these are; those of another set, as a training split, do not.
struct DocumentFrequencies {
  struct Entry {
    std::string ngram;  ///< its words, a blank between two
    int32_t images = 0;
    auto operator<=>(const Entry&) const = default;
  };
  std::string source;          ///< for the report: "coco-train.df"
  int64_t images = 0;          ///< all of the set
  std::vector<Entry> entries;  ///< n-grams of one to four words that at least two images have; CIDEr weighs those of one as those of none
};

class DocumentFrequencyCounter {
 public:
  /// The references that follow belong to this image.
  void add_image() { ++images_; }
  void add_reference(const std::vector<std::string>& tokens);

  /// By rising n-gram.
  DocumentFrequencies frequencies() const;

 private:
  Lexicon lexicon_;
  NgramTable table_;
  int32_t images_ = 0;
  std::vector<int32_t> frequencies_, last_image_;  // by n-gram number
};

/// A text file that other programs can write: a line of JSON {"format": "saccade-document-frequencies", "version": 1, "images": N}, then a
/// line an n-gram, `images<TAB>n-gram`, of tokens as `saccade tokenize` prints them.
void write_document_frequencies(const DocumentFrequencies& frequencies, const std::filesystem::path& path);
/// Throws Error, with the line, for what is no such file.
DocumentFrequencies read_document_frequencies(const std::filesystem::path& path);

}  // namespace saccade
