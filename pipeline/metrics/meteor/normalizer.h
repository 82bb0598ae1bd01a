#pragma once

#include <string>
#include <vector>

namespace saccade {

/// The words that METEOR 1.5 (`-l en -norm`) counts in a tokenised caption in lower case: signs stand alone, "mid-air" is two words, "u.s."
/// is "us", "'s" is "' s". Written from what its normaliser does to every character of the Basic Multilingual Plane in several
/// neighbourhoods.
std::vector<std::string> normalize_for_meteor(const std::vector<std::string>& tokens);

}  // namespace saccade
