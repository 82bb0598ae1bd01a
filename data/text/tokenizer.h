/// Captions to words and back, the same in training and captioning.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace saccade {

/// "A man's red hat, e.g. on a 2-year-old; 你好" → a man 's red hat e.g on a 2-year-old 你 好: NFC, lower case, punctuation dropped,
/// scripts that are written without blanks split into characters, apostrophes and hyphens kept inside words, "'s" a word of its own. Works
/// on any bytes: broken UTF-8 is replaced.
std::vector<std::string> tokenize_words(std::string_view caption);

/// Words to a caption: a blank between words, none between characters of scripts written without, none before "'s".
std::string join_words(const std::vector<std::string>& words);

}  // namespace saccade
