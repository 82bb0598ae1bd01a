#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace saccade {

bool is_valid_utf8(std::string_view text);

/// Each broken byte becomes U+FFFD.
std::string replace_invalid_utf8(std::string_view text);

/// Canonical composition (NFC), so that a decomposed "é" and a composed one are the same word.
std::string compose(std::string_view text);

std::string lower_case(std::string_view text);

/// Code points of valid UTF-8.
std::vector<char32_t> code_points(std::string_view text);
std::string to_utf8(char32_t code_point);

/// Ideographs, kana and hangul-free scripts that are written without blanks between words (CJK ideographs, hiragana, katakana, Thai, Lao,
/// Khmer, Myanmar).
bool is_written_without_spaces(char32_t code_point);

}  // namespace saccade
