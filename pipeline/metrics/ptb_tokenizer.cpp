#include "pipeline/metrics/ptb_tokenizer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "data/text/utf8.h"
#include "pipeline/metrics/ptb_words.h"

namespace saccade {
namespace {

using Text = std::u32string_view;
constexpr char32_t kSoftHyphen = 0xAD;

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_upper(char32_t c) { return c >= 'A' && c <= 'Z'; }
bool is_between(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }
bool is_one_of(char32_t c, Text set) { return c != 0 && set.find(c) != Text::npos; }
bool is_quote(char32_t c) { return c == '\'' || is_between(c, 0x2018, 0x201B) || c == 0x2039 || c == 0x203A; }
bool is_double_quote(char32_t c) { return c == '"' || is_between(c, 0x201C, 0x201F) || c == 0xAB || c == 0xBB; }

bool is_space(char32_t c) {
  return c == ' ' || is_between(c, '\t', '\r') || c == 0xA0 || c == 0x1680 || is_between(c, 0x2000, 0x200A) ||
         is_one_of(c, U"\u2028\u2029\u202F\u205F\u3000");
}

// Deleted, but words end there: control characters, marks that cannot be seen, private use, pictures.
bool is_silent(char32_t c) {
  return c < ' ' || (is_between(c, 0x7F, 0x9F) && c != 0x85) || c == 0x200B || is_between(c, 0x200C, 0x200F) ||
         is_between(c, 0x202A, 0x202E) || is_between(c, 0x2060, 0x206F) || is_between(c, 0xE000, 0xF8FF) || is_between(c, 0xFE00, 0xFE0F) ||
         c == 0xFEFF || c == 0xFFFD || is_between(c, 0x2600, 0x27BF) || c >= 0x1F000;
}

bool is_letter(char32_t c) {
  if (c < 0x80) return is_between(c, 'a', 'z') || is_upper(c);
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  const bool is_sign = c == 0xD7 || c == 0xF7 || is_between(c, 0x2000, 0x2BFF) || is_between(c, 0x3000, 0x3004) ||
                       is_between(c, 0x3008, 0x3030) || is_between(c, 0xFF01, 0xFF0F);
  return !is_sign && !is_silent(c) && !is_space(c);
}
bool is_stop(char32_t c) { return c == ',' || c == ';' || c == ':'; }
bool is_word(char32_t c) { return is_letter(c) || is_digit(c) || c == kSoftHyphen; }

std::string lower_ascii(Text text) {
  std::string out;
  for (const char32_t c : text) out += c < 0x80 ? static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c) : '?';
  return out;
}

std::string lower_utf8(Text text) {
  if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; })) return lower_ascii(text);
  std::string out;
  for (const char32_t c : text) {
    if (c != kSoftHyphen) out += c == 0x130 ? "i\u0307" : to_utf8(c);  // Java's lower case differs from the simple one in this letter
  }
  return lower_case(out);
}

// At each place the rule that takes most wins; what none takes is a sign of its own.
class PtbScanner {
 public:
  explicit PtbScanner(Text text) : text_(text) {}

  std::vector<std::string> tokens() {
    while (at_ < text_.size()) {
      if (is_space(peek()) || is_silent(peek())) {
        ++at_;
      } else if (!scan_markup() && !scan_word_or_number() && !scan_quote() && !scan_run()) {
        scan_sign();
      }
    }
    return std::move(tokens_);
  }

 private:
  char32_t look(std::size_t place) const { return place < text_.size() ? text_[place] : 0; }
  char32_t peek(std::size_t ahead = 0) const { return look(at_ + ahead); }
  Text cut(std::size_t begin, std::size_t end) const { return text_.substr(begin, end - begin); }
  template <typename Is>
  std::size_t end_of(std::size_t place, Is is) const {
    while (place < text_.size() && is(text_[place])) ++place;
    return place;
  }
  bool starts(std::size_t place, std::string_view word) const {
    return lower_ascii(text_.substr(std::min(place, text_.size()), word.size())) == word;
  }

  bool take(std::size_t end) { return take_as(end, lower_utf8(cut(at_, end))); }
  bool take_as(std::size_t end, std::string token) {
    if (!token.empty()) tokens_.push_back(std::move(token));  // a soft hyphen alone is nothing
    at_ = end;
    return true;
  }
  // With the no-break spaces that hold a token of several words together.
  bool take_joined(std::size_t end) {
    std::u32string joined;
    for (const char32_t c : cut(at_, end)) joined += is_space(c) ? char32_t{0xA0} : c;
    return take_as(end, lower_utf8(joined));
  }

  bool take_abbreviation(std::size_t end);

  bool scan_markup();
  bool scan_entity();
  bool scan_emoticon();
  bool scan_word_or_number();
  bool scan_fraction();
  bool scan_ending(std::size_t end);
  bool scan_quote();
  bool scan_run();
  void scan_sign();

  std::size_t end_of_compound(std::size_t place) const;
  std::size_t end_of_word() const;
  std::size_t end_of_dotted() const;
  std::size_t end_of_number() const;
  std::size_t end_of_apostrophe_word(std::size_t end) const;
  std::size_t length_of_contraction(std::size_t place) const;
  bool keeps_period(std::size_t end) const;
  bool is_sentence_start(std::size_t place) const;

  Text text_;
  std::size_t at_ = 0;
  std::vector<std::string> tokens_;
};

// <b>, </person>, addresses.
bool PtbScanner::scan_markup() {
  if (peek() == '&' && scan_entity()) return true;
  if (scan_emoticon()) return true;
  if (peek() == '<') {
    const std::size_t name = at_ + (peek(1) == '/' ? 2 : 1);
    const auto end = end_of(name, [](char32_t c) { return c != '<' && c != '>'; });
    if ((is_letter(look(name)) || look(name) == '!') && look(end) == '>') return take_joined(end + 1);
  }
  if (starts(at_, "http://") || starts(at_, "https://")) {
    auto end = end_of(at_, [](char32_t c) { return !is_space(c) && !is_one_of(c, U"<>\"|()"); });
    while (is_one_of(look(end - 1), U".,;:!?'")) --end;
    return take(end);
  }
  const auto is_name = [](char32_t c) { return is_word(c) || is_one_of(c, U"._-"); };
  if (is_word(peek())) {
    constexpr std::size_t kLongestName = 255;  // without it, the time for "a-.a-.a-." would grow with its square
    auto at_sign = at_;
    while (is_name(look(at_sign)) && at_sign < at_ + kLongestName) ++at_sign;
    if (look(at_sign) == '@' && is_word(look(at_sign + 1))) {
      auto end = end_of(at_sign + 1, is_name);
      while (!is_word(look(end - 1))) --end;
      return take(end);
    }
  }
  if (peek() == '#' && is_letter(peek(1))) return take(end_of(at_ + 1, is_letter));
  if (peek() == '@' && (is_letter(peek(1)) || peek(1) == '_'))
    return take(end_of(at_ + 1, [](char32_t c) { return is_word(c) || c == '_'; }));
  return false;
}

bool PtbScanner::scan_entity() {
  if (starts(at_, "&amp;")) return take_as(at_ + 5, "&");
  if (starts(at_, "&lt;")) return take_as(at_ + 4, "<");
  if (starts(at_, "&gt;")) return take_as(at_ + 4, ">");
  if (starts(at_, "&quot;")) return take_as(at_ + 6, is_word(peek(6)) ? "``" : "''");
  if (!starts(at_, "&nbsp;")) return false;
  at_ += 6;
  return true;
}

bool PtbScanner::scan_emoticon() {
  std::size_t place = at_ + (peek() == '>' ? 1 : 0);
  if (starts(at_, "^_^") || starts(at_, "-_-")) return take(at_ + 3);
  if (!is_one_of(look(place), U":;=")) return false;
  ++place;
  if (is_one_of(look(place), U"-'")) ++place;
  const char32_t mouth = look(place);
  const bool is_bracket = mouth == '(' || mouth == ')', is_mouth = is_one_of(mouth, U"DPp") && !is_word(look(place + 1));
  if (!is_bracket && !is_mouth) return false;
  auto token = lower_utf8(cut(at_, place)) + (is_bracket ? (mouth == '(' ? "-lrb-" : "-rrb-") : lower_ascii(cut(place, place + 1)));
  return take_as(place + 1, std::move(token));
}

// Words joined by a hyphen, a stroke or a low line.
std::size_t PtbScanner::end_of_compound(std::size_t place) const {
  while (is_one_of(look(place), U"-_/") && is_word(look(place + 1))) place = end_of(place + 1, is_word);
  return place;
}

std::size_t PtbScanner::end_of_word() const {
  if (!is_word(peek())) return at_;
  auto end = end_of(at_, is_upper);  // AT&T
  if (end == at_ || look(end) != '&' || !is_upper(look(end + 1))) return end_of_compound(end_of(at_, is_word));
  while (look(end) == '&' && is_upper(look(end + 1))) end = end_of(end + 1, is_upper);
  return end;
}

// U.S.A., www.example.com, and sentences run together: end.Start
std::size_t PtbScanner::end_of_dotted() const {
  auto end = end_of(at_, is_letter);
  if (end == at_) return at_;
  bool is_acronym = end == at_ + 1, is_dotted = false;
  while (is_one_of(look(end), U".!?") && is_letter(look(end + 1))) {
    const auto next = end_of(end + 1, is_letter);
    is_acronym = is_acronym && next == end + 2 && look(end) == '.';
    is_dotted = true;
    end = next;
  }
  if (!is_dotted || is_digit(look(end))) return is_dotted ? end : at_;
  is_acronym = is_acronym || lower_ascii(cut(at_, end)) == "ph.d";
  if (look(end) == '.' && (is_acronym || is_stop(look(end + 1)))) ++end;
  return end_of_compound(end);
}

std::size_t PtbScanner::end_of_number() const {
  std::size_t place = at_ + (is_one_of(peek(), U"+-") ? 1 : 0);
  const auto digits = end_of(place, is_digit);
  auto end = digits;
  while (is_one_of(look(end), U".,") && is_digit(look(end + 1))) end = end_of(end + 1, is_digit);
  if (end > digits && digits > place && place == at_ && look(end) == '-' && is_word(look(end + 1)))
    return end_of_compound(end);  // 3.5-inch
  if (end == digits && digits > place) {
    while (look(end) == ':' && is_digit(look(end + 1))) end = end_of(end + 1, is_digit);  // 10:30
  }
  return end == place ? at_ : end;
}

// 1/2, and 1 1/2 as one token.
bool PtbScanner::scan_fraction() {
  const auto whole = end_of(at_, is_digit);
  if (whole == at_ || !is_one_of(look(whole), U" \u00A0")) return false;
  const auto numerator = end_of(whole + 1, is_digit);
  if (numerator == whole + 1 || look(numerator) != '/') return false;
  const auto denominator = end_of(numerator + 1, is_digit);
  return denominator > numerator + 1 && !is_one_of(look(denominator), U"/") && take_joined(denominator);
}

// How much from `place` on is 's, 'll, ... at the end of a word.
std::size_t PtbScanner::length_of_contraction(std::size_t place) const {
  if (!is_quote(look(place))) return 0;
  for (const std::string_view ending : {"s", "m", "d", "re", "ve", "ll", "n"}) {
    if (starts(place + 1, ending) && !is_word(look(place + 1 + ending.size()))) return 1 + ending.size();
  }
  return 0;
}

// Where a word ends that holds an apostrophe, or `end`: o'clock, d'oeuvre, ma'am, ol'.
std::size_t PtbScanner::end_of_apostrophe_word(std::size_t end) const {
  if (!is_quote(look(end)) || length_of_contraction(end) > 0) return end;
  const auto before = lower_ascii(cut(at_, end)), after = lower_ascii(cut(end + 1, end_of(end + 1, is_word)));
  const std::size_t whole = end + 1 + after.size();
  if (after.empty()) return is_one_of_words(before, kWordsWithLastApostrophe) ? end + 1 : end;
  if (before == "y" || before == "j") return end + 1;
  if (before == "o" || before == "d" || before == "l" || before + '\'' + after == "c'mon" || before + '\'' + after == "e'er") return whole;
  const bool all_letters = end_of(at_, is_letter) == end && end_of(end + 1, is_letter) == whole;
  const bool joins =
      all_letters && before.size() > 1 && is_one_of(before.back(), U"aeiouy") && (is_one_of(after[0], U"aeiou") || is_upper(look(end + 1)));
  return joins ? whole : end;
}

bool PtbScanner::is_sentence_start(std::size_t place) const {
  const auto word = end_of(place, is_space);
  if (word == place || !is_upper(look(word))) return false;
  return is_one_of_words(lower_ascii(cut(word, end_of(word, is_letter))), kSentenceStarts);
}

// Whether the period after a word that ends at `end` belongs to it.
bool PtbScanner::keeps_period(std::size_t end) const {
  if (look(end) != '.') return false;
  const auto word = lower_ascii(cut(at_, end));
  if (is_stop(look(end + 1)) && word.find('/') == std::string::npos) return true;  // a slip of the pen, "phone.,"
  if (word.size() == 1 && is_letter(look(at_))) return !is_sentence_start(end + 1);
  if (is_one_of_words(word, kAbbreviations) || is_one_of_words(word, kAbbreviationsThatEndSentences)) return true;
  if (is_upper(look(at_)) && is_one_of_words(word, kAbbreviationsOfNames)) return true;
  return is_one_of_words(word, kAbbreviationsBeforeNumbers) && is_digit(look(end_of(end + 1, is_space)));
}

// One that ends a sentence stands for two periods.
bool PtbScanner::take_abbreviation(std::size_t end) {
  const auto word = lower_ascii(cut(at_, end - 1));
  const auto next = end_of(end, is_space);
  const bool is_acronym = look(end - 1) == '.' && end > at_ + 2 && look(at_ + 1) == '.';
  const bool ends = (is_acronym && is_sentence_start(end)) ||
                    (is_one_of_words(word, kAbbreviationsThatEndSentences) && look(end - 1) == '.' && next > end && is_upper(look(next)));
  take(end);
  if (ends) tokens_.push_back(".");
  return true;
}

// What may follow the body of a word, which ends at `end`.
bool PtbScanner::scan_ending(std::size_t end) {
  const bool is_negated =
      (is_quote(look(end)) || look(end) == '`') && lower_ascii(cut(end - 1, end)) == "n" && starts(end + 1, "t") && !is_word(look(end + 2));
  if (is_negated) {  // do n't
    if (end > at_ + 1) take(end - 1);
    return take_as(at_ + 3, look(end) == '`' ? "n`t" : "n't");
  }
  const auto longer = end_of_apostrophe_word(end);
  if (longer > end) return take(longer);
  if (keeps_period(end)) return take_abbreviation(end + 1);
  const auto word = lower_ascii(cut(at_, end));
  if (!is_quote(look(end))) {
    if (const auto first = length_of_assimilated(word); first > 0) take(at_ + first);
  }
  return take(end);
}

bool PtbScanner::scan_word_or_number() {
  if (scan_fraction()) return true;
  const auto word = end_of_word(), dotted = end_of_dotted(), number = end_of_number();
  if (number > word && number > dotted) return take(number);
  if (dotted > word) return take_abbreviation(dotted);
  if (word == at_) return false;
  if (peek(word - at_) == '$' && is_one_of_words(lower_ascii(cut(at_, word)), kDollars) && is_upper(peek())) return take(word + 1);
  return scan_ending(word);
}

bool PtbScanner::scan_quote() {
  if (is_double_quote(peek())) {
    const bool opens = peek() == 0x201C || peek() == 0xAB || (peek() == '"' && (is_word(peek(1)) || peek(1) == '$'));
    return take_as(at_ + 1, opens ? "``" : "''");
  }
  if (peek() == '`') return take_as(at_ + (peek(1) == '`' ? 2 : 1), peek(1) == '`' ? "``" : "`");
  if (!is_quote(peek())) return false;
  for (const std::string_view verb : {"is", "was"}) {  // 'tis
    const std::size_t end = at_ + 2 + verb.size();
    if (starts(at_ + 1, "t") && starts(at_ + 2, verb) && (!is_word(look(end)) || starts(end, "n't"))) return take_as(at_ + 2, "'t");
  }
  const auto after = end_of(at_ + 1, is_word);
  if (is_one_of_words(lower_ascii(cut(at_ + 1, after)), kWordsWithFirstApostrophe)) {
    const bool closes = after == at_ + 2 && is_quote(look(after));  // rock 'n' roll
    return take_as(after + (closes ? 1 : 0), "'" + lower_utf8(cut(at_ + 1, after)) + (closes ? "'" : ""));
  }
  if (const auto length = length_of_contraction(at_); length > 0)
    return take_as(at_ + length, "'" + lower_utf8(cut(at_ + 1, at_ + length)));
  const bool is_decade = is_digit(peek(1)) && peek(2) == '0' && starts(at_ + 3, "s") && !is_word(peek(4));
  const bool is_year = is_digit(peek(1)) && is_digit(peek(2)) && !is_word(peek(3)) && (at_ == 0 || !is_word(look(at_ - 1))) &&
                       length_of_contraction(at_ + 3) == 0;
  if (is_decade || is_year) return take_as(at_ + (is_decade ? 4 : 3), "'" + lower_utf8(cut(at_ + 1, at_ + (is_decade ? 4 : 3))));
  if (is_quote(peek(1)) && peek() == '\'') return take_as(at_ + 2, "''");
  const bool opens = peek() == 0x2018 || (is_letter(peek(1)) && (is_word(peek(2)) || is_quote(peek(2))));
  return take_as(at_ + 1, opens ? "`" : "'");
}

// Signs that stand together as one token.
bool PtbScanner::scan_run() {
  const char32_t c = peek();
  const bool is_dash = c == '-' || is_between(c, 0x2012, 0x2015);
  // Only of signs that run: a look ahead over others, of which one is taken, would make the time grow with the square of their number.
  const auto same = is_dash || c == '.' || c == '*' || c == '_' ? end_of(at_, [c](char32_t other) { return other == c; }) : at_ + 1;
  if (c == '.') {
    const auto end = same;
    if (end == at_ + 1 && look(end) == ' ' && look(end + 1) == '.' && look(end + 2) == ' ' && look(end + 3) == '.')
      return take_as(end + 4, "...");
    return end > at_ + 2 && take_as(end, "...");
  }
  if (c == 0x2026 || c == 0x85) return take_as(at_ + 1, "...");
  if (is_dash && (c != '-' || same > at_ + 1)) return take_as(same, "--");
  if (c == '?' || c == '!') return take(end_of(at_, [](char32_t other) { return other == '?' || other == '!'; }));
  return (c == '*' || c == '_') && take(same);
}

void PtbScanner::scan_sign() {
  for (const auto& [sign, token] : kNormalisedSigns) {
    if (peek() == sign) {
      take_as(at_ + 1, token);
      return;
    }
  }
  take(at_ + 1);
}

}  // namespace

std::vector<std::string> tokenize_ptb(std::string_view caption) {
  const auto points = code_points(replace_invalid_utf8(caption));
  return PtbScanner(Text(points.data(), points.size())).tokens();
}

std::vector<std::string> tokenize_for_scoring(std::string_view caption) {
  // Upper-case brackets are on the scorer's list and lower-case ones come out of the tokenizer: brackets are scored.
  static constexpr std::array<std::string_view, 13> kDropped{"''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";"};
  auto tokens = tokenize_ptb(caption);
  std::erase_if(tokens, [](const std::string& token) { return std::find(kDropped.begin(), kDropped.end(), token) != kDropped.end(); });
  return tokens;
}

}  // namespace saccade
