#include "data/text/tokenizer.h"

#include <utf8proc.h>

#include <array>

#include "data/text/utf8.h"

namespace saccade {
namespace {

/// What a code point is to the tokenizer.
enum class Kind : uint8_t {
  kBreak,  // blanks, punctuation, emoji, controls: ends a word and is dropped
  kLetter,
  kDigit,
  kMark,        // combining: belongs to what stands before it
  kLoner,       // a letter of a script written without blanks: a word of its own
  kApostrophe,  // the rest of the kinds stay only inside a word
  kHyphen,
  kDot,
  kDigitJoiner,  // 1,000 and 10:30
  kJoiner,       // zero width: inside words of Persian and Indic scripts
};

constexpr auto kAsciiKinds = [] {
  std::array<Kind, 128> kinds{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) kinds[c] = kinds[c - 'a' + 'A'] = Kind::kLetter;
  for (std::size_t c = '0'; c <= '9'; ++c) kinds[c] = Kind::kDigit;
  kinds['\''] = Kind::kApostrophe;
  kinds['-'] = Kind::kHyphen;
  kinds['.'] = Kind::kDot;
  kinds[','] = kinds[':'] = Kind::kDigitJoiner;
  return kinds;
}();

Kind kind_of(char32_t code_point) {
  if (code_point < 128) return kAsciiKinds[code_point];
  if (code_point == 0x200c || code_point == 0x200d) return Kind::kJoiner;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return is_written_without_spaces(code_point) ? Kind::kLoner : Kind::kLetter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Kind::kMark;
    case UTF8PROC_CATEGORY_NL:
      return is_written_without_spaces(code_point) ? Kind::kLoner : Kind::kDigit;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NO:
      return Kind::kDigit;
    default:
      return Kind::kBreak;
  }
}

// One way to write what keyboards and word processors write in several.
char32_t usual_form(char32_t code_point) {
  switch (code_point) {
    case 0x2019:
    case 0x02bc:
    case 0xff07:
      return U'\'';
    case 0x2010:
    case 0x2011:
    case 0xff0d:
      return U'-';
    default:
      return code_point;
  }
}

// Hints of how to draw or break, no part of a word's letters: soft hyphen, variation selectors, the keycap that frames a digit.
bool is_invisible(char32_t code_point) {
  return code_point == 0x00ad || (code_point >= 0xfe00 && code_point <= 0xfe0f) || code_point == 0x20e3 ||
         (code_point >= 0xe0100 && code_point <= 0xe01ef);
}

// Lower case before composition: "H" with a macron below has no composed capital, its small letter has.
std::vector<char32_t> normalised(std::string_view caption) {
  std::string lower;
  lower.reserve(caption.size());
  bool ascii = true;
  for (const char32_t code_point : code_points(caption)) {
    if (code_point < 128) {
      lower += static_cast<char>(code_point >= U'A' && code_point <= U'Z' ? code_point + 32 : code_point);
    } else if (!is_invisible(code_point)) {
      ascii = false;
      lower += to_utf8(usual_form(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code_point)))));
    }
  }
  return code_points(ascii ? lower : compose(lower));
}

/// Walks over a caption once; what stands beside a sign decides whether it belongs to a word.
class WordReader {
 public:
  explicit WordReader(std::string_view caption) : text_(normalised(caption)) {
    kinds_.reserve(text_.size());
    for (const char32_t code_point : text_) kinds_.push_back(kind_of(code_point));
  }

  std::vector<std::string> read() {
    for (std::size_t i = 0; i < text_.size(); ++i) {
      if (kinds_[i] == Kind::kLoner) {
        end_word();
        take(i);
        while (kind(i + 1) == Kind::kMark) take(++i);
        end_word();
      } else if (starts_genitive(i)) {
        end_word();
        words_.emplace_back("'s");
        ++i;
      } else if (belongs_to_word(i)) {
        take(i);
      } else {
        end_word();
      }
    }
    end_word();
    return std::move(words_);
  }

 private:
  Kind kind(std::size_t i) const { return i < kinds_.size() ? kinds_[i] : Kind::kBreak; }
  bool is_letter_or_digit(std::size_t i) const { return kind(i) == Kind::kLetter || kind(i) == Kind::kDigit; }
  bool is_single_letter(std::size_t i) const {
    return kind(i) == Kind::kLetter && !is_letter_or_digit(i + 1) && kind(i + 1) != Kind::kMark && (i == 0 || !is_letter_or_digit(i - 1)) &&
           (i == 0 || kind(i - 1) != Kind::kMark);
  }

  // "'s" after a word, also where a blank was put between them, as tokenised captions have it.
  bool starts_genitive(std::size_t i) const {
    if (kinds_[i] != Kind::kApostrophe || i + 1 >= text_.size() || text_[i + 1] != U's') return false;
    if (is_letter_or_digit(i + 2) || kind(i + 2) == Kind::kMark) return false;
    if (!word_.empty()) return true;
    if (words_.empty() || words_.back() == "'s" || i == 0) return false;
    return text_[i - 1] == U' ' || kinds_[i - 1] == Kind::kLoner || kinds_[i - 1] == Kind::kMark;
  }

  bool belongs_to_word(std::size_t i) const {
    if (is_letter_or_digit(i)) return true;
    if (word_.empty()) return false;
    switch (kinds_[i]) {
      case Kind::kMark:
        return true;
      case Kind::kApostrophe:
      case Kind::kHyphen:
        return is_letter_or_digit(i + 1) && is_inside(i);
      case Kind::kJoiner:
        return (is_letter_or_digit(i + 1) || kind(i + 1) == Kind::kMark) && is_inside(i);
      case Kind::kDot:  // e.g, a.m, 1.5; but "dog.the" is two words
        return (kind(i - 1) == Kind::kDigit && kind(i + 1) == Kind::kDigit) || (is_single_letter(i - 1) && is_single_letter(i + 1));
      case Kind::kDigitJoiner:
        return kind(i - 1) == Kind::kDigit && kind(i + 1) == Kind::kDigit;
      default:
        return false;
    }
  }
  bool is_inside(std::size_t i) const { return is_letter_or_digit(i - 1) || kind(i - 1) == Kind::kMark; }

  void take(std::size_t i) {
    if (text_[i] < 128) {
      word_ += static_cast<char>(text_[i]);
    } else {
      word_ += to_utf8(text_[i]);
    }
  }
  void end_word() {
    if (!word_.empty()) words_.push_back(std::move(word_));
    word_.clear();
  }

  std::vector<char32_t> text_;
  std::vector<Kind> kinds_;
  std::vector<std::string> words_;
  std::string word_;
};

bool ends_without_space(const std::string& word) { return is_written_without_spaces(code_points(word).back()); }
bool starts_without_space(const std::string& word) { return is_written_without_spaces(code_points(word).front()); }

}  // namespace

std::vector<std::string> tokenize_words(std::string_view caption) { return WordReader(caption).read(); }

std::string join_words(const std::vector<std::string>& words) {
  std::string caption;
  bool glue = true;  // nothing before the first word
  for (const auto& word : words) {
    if (word.empty()) continue;
    const bool genitive = word == "'s";
    if (!caption.empty() && !genitive && !(glue && starts_without_space(word))) caption += ' ';
    caption += word;
    glue = ends_without_space(word);
  }
  return caption;
}

}  // namespace saccade
