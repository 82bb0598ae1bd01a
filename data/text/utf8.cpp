#include "data/text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "data/error.h"

namespace saccade {
namespace {

constexpr char32_t kReplacement = 0xfffd;

struct Decoded {
  char32_t code_point = kReplacement;
  std::size_t bytes = 1;
  bool valid = false;
};

Decoded decode_first(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {.code_point = first, .valid = true};
  utf8proc_int32_t code_point = 0;
  const auto length =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  if (length <= 0) return {};
  return {.code_point = static_cast<char32_t>(code_point), .bytes = static_cast<std::size_t>(length), .valid = true};
}

void append(std::string& text, char32_t code_point) {
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
    return;
  }
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
  text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

constexpr std::array<std::pair<char32_t, char32_t>, 16> kWithoutSpaces{{{0x0e00, 0x0e7f},      // Thai
                                                                        {0x0e80, 0x0eff},      // Lao
                                                                        {0x1000, 0x109f},      // Myanmar
                                                                        {0x1780, 0x17ff},      // Khmer
                                                                        {0x2e80, 0x2fdf},      // radicals
                                                                        {0x3005, 0x3007},      // ideographic iteration mark and zero
                                                                        {0x3021, 0x3029},      // Hangzhou numerals
                                                                        {0x3038, 0x303b},      //
                                                                        {0x3041, 0x30ff},      // hiragana, katakana
                                                                        {0x31f0, 0x31ff},      // katakana extensions
                                                                        {0x3400, 0x9fff},      // ideographs
                                                                        {0xa9e0, 0xa9ff},      // Myanmar extensions
                                                                        {0xaa60, 0xaa7f},      //
                                                                        {0xf900, 0xfaff},      // compatibility ideographs
                                                                        {0xff66, 0xff9f},      // half-width katakana
                                                                        {0x1aff0, 0x3fffd}}};  // kana supplements; ideographic planes

}  // namespace

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto decoded = decode_first(text);
    if (!decoded.valid) return false;
    text.remove_prefix(decoded.bytes);
  }
  return true;
}

std::string replace_invalid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const auto decoded = decode_first(text);
    append(valid, decoded.code_point);
    text.remove_prefix(decoded.bytes);
  }
  return valid;
}

std::string compose(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  utf8proc_uint8_t* composed = nullptr;
  const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                                   &composed, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, &std::free);
  if (length < 0) throw Error("text", utf8proc_errmsg(length), "UTF-8 is needed");
  return {reinterpret_cast<const char*>(composed), static_cast<std::size_t>(length)};
}

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  while (!text.empty()) {
    const auto decoded = decode_first(text);
    append(lower, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(decoded.code_point))));
    text.remove_prefix(decoded.bytes);
  }
  return lower;
}

std::vector<char32_t> code_points(std::string_view text) {
  std::vector<char32_t> code_points;
  code_points.reserve(text.size());
  while (!text.empty()) {
    const auto decoded = decode_first(text);
    code_points.push_back(decoded.code_point);
    text.remove_prefix(decoded.bytes);
  }
  return code_points;
}

std::string to_utf8(char32_t code_point) {
  std::string text;
  append(text, code_point);
  return text;
}

bool is_written_without_spaces(char32_t code_point) {
  if (code_point < kWithoutSpaces.front().first) return false;
  const bool in_range = std::any_of(kWithoutSpaces.begin(), kWithoutSpaces.end(),
                                    [code_point](const auto& range) { return code_point >= range.first && code_point <= range.second; });
  if (!in_range) return false;
  // Their digits, punctuation and currency signs stand in words and between them as everywhere else.
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_NL:
      return true;
    default:
      return false;
  }
}

}  // namespace saccade
