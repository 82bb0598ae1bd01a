/// The words of a record as they are shown.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "pipeline/records.h"

namespace saccade {

/// Where each word stands in the caption, as bytes [begin, end); {0, 0} for words that the caption does not hold, as an end token.
std::vector<std::pair<std::size_t, std::size_t>> word_spans(const std::string& caption, const std::vector<WordRecord>& words);

/// "p 0.93", and "β 0.71" where there is a gate.
std::string word_figures(const CaptionRecord& record, std::size_t word);

/// A number in few digits: 0.93, 0.062, 0.0051.
std::string short_number(double value);

/// A file name's beginning for what belongs to this picture: letters, digits, '-' and '_' of its name, and a hash of its whole path, so
/// that two pictures never share one.
std::string safe_stem(const std::string& image);

/// The same for a word, without a hash; empty if nothing safe is left of it.
std::string safe_word(const std::string& word);

}  // namespace saccade
