/// The tokenizer of the COCO caption scorer: tokens as the Penn Treebank has them, in lower case. Written from the behaviour of
/// CoreNLP 3.4.1's PTBTokenizer with
/// `-preserveLines -lowerCase`. Each caption stands alone: a line break inside one is a blank here, where the reference scorer moves all
/// later captions to other images.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace saccade {

/// All tokens. Works on any bytes: broken UTF-8 is replaced.
std::vector<std::string> tokenize_ptb(std::string_view caption);

/// The tokens that scores are counted over: without the scorer's 17 punctuation tokens.
std::vector<std::string> tokenize_for_scoring(std::string_view caption);

}  // namespace saccade
