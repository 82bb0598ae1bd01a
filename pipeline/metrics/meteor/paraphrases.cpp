#include "pipeline/metrics/meteor/paraphrases.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

#include "data/error.h"

namespace saccade {
namespace {

[[noreturn]] void refuse_cut_short(const std::filesystem::path& path) {
  throw Error(path.string(), "is damaged or cut short", "remove its folder and run ./run setup");
}

/// Lines of a file that may be compressed. Long blocks, few copies: the table has 16 million lines.
class Lines {
 public:
  explicit Lines(const std::filesystem::path& path) : path_(path), file_(gzopen(path.c_str(), "rb")), block_(kBlock) {
    if (file_ == nullptr) throw Error(path.string(), "cannot be opened");
    gzbuffer(file_.get(), 1 << 18);
  }
  /// Valid until the next call. False at the end.
  bool next(std::string_view& line) {
    for (;;) {
      const auto* const end = static_cast<const char*>(std::memchr(block_.data() + begin_, '\n', end_ - begin_));
      if (end != nullptr) {
        line = {block_.data() + begin_, end};
        begin_ = static_cast<std::size_t>(end - block_.data()) + 1;
        return true;
      }
      if (fill()) continue;
      line = {block_.data() + begin_, end_ - begin_};  // the last may lack its end
      begin_ = end_;
      return !line.empty();
    }
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 20;
  struct Close {
    void operator()(gzFile_s* file) const { gzclose(file); }
  };
  bool fill() {
    std::memmove(block_.data(), block_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == block_.size()) throw Error(path_.string(), "has a line of over 1 MB", "expected METEOR's paraphrase-en");
    const int count = gzread(file_.get(), block_.data() + end_, static_cast<unsigned>(block_.size() - end_));
    int state = Z_OK;
    gzerror(file_.get(), &state);
    if (count < 0 || state == Z_BUF_ERROR) refuse_cut_short(path_);
    end_ += static_cast<std::size_t>(count);
    return count > 0;
  }

  std::filesystem::path path_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::vector<char> block_;
  std::size_t begin_ = 0, end_ = 0;
};

constexpr std::size_t kLongestPhrase = 32;  // words; the table's own longest are shorter

/// The numbers of a phrase's words; empty if the texts cannot have it.
struct Phrase {
  std::array<WordId, kLongestPhrase> words{};
  std::size_t length = 0;

  void read(std::string_view text, const MeteorWords& known, const Neighbours& neighbours) {
    length = 0;
    while (!text.empty()) {
      const auto end = std::min(text.find(' '), text.size());
      const auto word = known.find(text.substr(0, end));
      if (word < 0 || length == kLongestPhrase || (length > 0 && !neighbours.contain(words[length - 1], word))) {
        length = 0;
        return;
      }
      words[length++] = word;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }
  std::span<const WordId> span() const { return {words.data(), length}; }
};

bool is_probability(std::string_view line) { return !line.empty() && line.find_first_not_of("0123456789.eE-+") == std::string_view::npos; }

}  // namespace

Paraphrases::Paraphrases(const std::filesystem::path& path, const MeteorWords& words, const Neighbours& neighbours) : is_phrase_(1, false) {
  Lines lines(path);
  Phrase from, to;
  std::string from_text;  // the table is sorted by it
  std::string_view line;
  for (bool is_first = true; lines.next(line); is_first = false) {
    if (is_first && !is_probability(line))
      throw Error(path.string(), "does not begin with a probability", "expected METEOR's paraphrase-en");
    if (!lines.next(line)) refuse_cut_short(path);
    if (line != from_text) {
      from_text = line;
      from.read(line, words, neighbours);
    }
    if (!lines.next(line)) refuse_cut_short(path);
    if (from.length == 0) continue;
    to.read(line, words, neighbours);
    if (to.length > 0) pairs_.insert({.front = phrase(from.span()), .back = phrase(to.span())});
  }
}

uint32_t Paraphrases::phrase(std::span<const WordId> words) {
  uint32_t node = 0;
  for (const auto word : words) node = nodes_.insert({.front = node, .back = static_cast<uint64_t>(word)}) + 1;
  if (is_phrase_.size() <= nodes_.size()) is_phrase_.resize(nodes_.size() + 1, false);
  is_phrase_[node] = true;
  return node;
}

std::vector<PhraseAt> Paraphrases::phrases_of(std::span<const WordId> text) const {
  std::vector<PhraseAt> phrases;
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    uint32_t node = 0;
    for (std::size_t end = begin; end < text.size(); ++end) {
      const auto next = nodes_.find({.front = node, .back = static_cast<uint64_t>(text[end])});
      if (next == NgramTable::kUnseen) break;
      node = next + 1;
      if (is_phrase_[node]) {
        phrases.push_back({.phrase = node, .begin = static_cast<int32_t>(begin), .length = static_cast<int32_t>(end + 1 - begin)});
      }
    }
  }
  return phrases;
}

}  // namespace saccade
