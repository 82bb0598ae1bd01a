#include "pipeline/metrics/meteor/normalizer.h"

#include <algorithm>
#include <string_view>

#include "data/text/utf8.h"

namespace saccade {
namespace {

using Text = std::u32string;

bool is_between(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }
bool is_ascii_digit(char32_t c) { return is_between(c, '0', '9'); }
bool is_lower_ascii(char32_t c) { return is_between(c, 'a', 'z'); }

// Latin and Cyrillic, as blocks; the letters of all other scripts are signs to METEOR, each a word.
bool is_latin_letter(char32_t c) {
  return is_lower_ascii(c) || is_between(c, 'A', 'Z') || (is_between(c, 0xC0, 0x17E) && c != 0xD7 && c != 0xF7) ||
         is_between(c, 0x400, 0x527) || is_between(c, 0x1D00, 0x1D7F) || is_between(c, 0xA640, 0xA66E) || is_between(c, 0xA67E, 0xA697);
}
bool is_alphanumeric(char32_t c) { return is_latin_letter(c) || is_ascii_digit(c); }
bool is_space(char32_t c) {
  return c == ' ' || is_between(c, '\t', '\r') || c == 0xA0 || is_between(c, 0x2000, 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool is_plain(const std::string& token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// Quotes and dashes of typography become those of the typewriter, then pairs of them one sign.
Text plain_signs(const Text& text) {
  Text plain;
  for (const char32_t c : text) {
    if (is_space(c)) {
      plain += ' ';
    } else if (c == 0x2018 || c == 0x2019 || c == '`') {
      plain += '\'';
    } else if (c == 0x201C || c == 0x201D) {
      plain += '"';
    } else if (c == 0x2013) {
      plain += U" - ";
    } else {
      plain += c;
    }
  }
  Text joined;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const bool is_pair = i + 1 < plain.size() && plain[i] == plain[i + 1] && (plain[i] == '\'' || plain[i] == '-');
    joined += is_pair && plain[i] == '\'' ? U'"' : plain[i];
    if (is_pair) ++i;
  }
  return joined;
}

// Signs, and runs of periods, stand alone.
Text signs_apart(const Text& text) {
  Text apart;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text[i];
    if (c == '.' && text[i + 1] == '.') {  // the text ends with a blank
      const auto end = std::min(text.find_first_not_of('.', i), text.size());
      apart += U' ' + text.substr(i, end - i) + U' ';
      i = end - 1;
    } else if (is_alphanumeric(c) || c == ' ' || c == '.' || c == '\'' || c == ',' || c == '-') {
      apart += c;
    } else {
      apart += {U' ', c, U' '};
    }
  }
  return apart;
}

// What stands before `sign` and after it, and what is put in its place. A character belongs to one place only, so that of "a-b-c" the first
// hyphen is replaced.
template <typename Before, typename After>
Text replace_between(const Text& text, char32_t sign, Before before, After after, std::u32string_view replacement) {
  Text replaced;
  std::size_t i = 0;
  for (; i + 2 < text.size();) {
    if (text[i + 1] == sign && before(text[i]) && after(text[i + 2])) {
      replaced += text[i];
      replaced += replacement;
      replaced += text[i + 2];
      i += 3;
    } else {
      replaced += text[i++];
    }
  }
  return replaced + text.substr(i);
}

Text inner_signs_apart(Text text) {
  const auto no_digit = [](char32_t c) { return !is_ascii_digit(c); };
  const auto no_letter = [](char32_t c) { return !is_latin_letter(c); };
  const auto no_alphanumeric = [](char32_t c) { return !is_alphanumeric(c); };
  const auto is_alphanumeric_or_period = [](char32_t c) { return is_alphanumeric(c) || c == '.'; };
  const auto is_s = [](char32_t c) { return c == 's'; };
  text = replace_between(text, '-', is_alphanumeric_or_period, is_alphanumeric, U" ");
  text = replace_between(text, ',', no_digit, no_digit, U" , ");
  text = replace_between(text, ',', is_ascii_digit, no_digit, U" , ");
  text = replace_between(text, ',', no_digit, is_ascii_digit, U" , ");
  text = replace_between(text, '\'', no_letter, no_letter, U" ' ");
  text = replace_between(text, '\'', no_alphanumeric, is_latin_letter, U" ' ");
  text = replace_between(text, '\'', is_latin_letter, no_letter, U" ' ");
  text = replace_between(text, '\'', is_latin_letter, is_latin_letter, U" '");
  return replace_between(text, '\'', is_ascii_digit, is_s, U" '");
}

std::string utf8_of(const Text& text) {
  std::string bytes;
  for (const char32_t c : text) bytes += to_utf8(c);
  return bytes;
}

bool is_abbreviation(const Text& word) { return word == U"v" || word == U"vs" || word == U"rev"; }  // the lower-case ones of its list

// The period at a word's end stays after an abbreviation and before a word in lower case; one with letters and another period loses all.
void add_word(const Text& word, char32_t next, std::vector<std::string>& words) {
  const bool only_periods = word.find_first_not_of('.') == Text::npos;
  if (word.back() != '.' || only_periods) {
    words.push_back(utf8_of(word));
    return;
  }
  auto body = word.substr(0, word.size() - 1);
  if (body.find('.') != Text::npos && std::any_of(body.begin(), body.end(), is_latin_letter)) {
    std::erase(body, U'.');
    words.push_back(utf8_of(body));
  } else if (is_abbreviation(body) || is_lower_ascii(next)) {
    words.push_back(utf8_of(word));
  } else {
    words.push_back(utf8_of(body));
    words.emplace_back(".");
  }
}

}  // namespace

std::vector<std::string> normalize_for_meteor(const std::vector<std::string>& tokens) {
  if (std::all_of(tokens.begin(), tokens.end(), is_plain)) return tokens;
  Text text = U" ";
  for (const auto& token : tokens) {
    for (const char32_t c : code_points(token)) text += c;
    text += ' ';
  }
  text = inner_signs_apart(signs_apart(plain_signs(text)));
  std::vector<std::string> words;
  for (std::size_t begin = text.find_first_not_of(' '); begin != Text::npos;) {
    const auto end = std::min(text.find(' ', begin), text.size());
    const auto next = text.find_first_not_of(' ', end);
    add_word(text.substr(begin, end - begin), next == Text::npos ? 0 : text[next], words);
    begin = next;
  }
  return words;
}

}  // namespace saccade
