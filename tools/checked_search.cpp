#include <algorithm>

#include "data/error.h"
#include "pipeline/config.h"
#include "tools/search_options.h"

namespace saccade {

SearchConfig with_options(SearchConfig search, const SearchOptions& options) {
  search.beam_size = options.beam.value_or(search.beam_size);
  search.max_length = options.max_length.value_or(search.max_length);
  search.min_length = options.min_length.value_or(search.min_length);
  search.no_repeat_ngram = options.no_repeat.value_or(search.no_repeat_ngram);
  search.length_penalty = options.length_penalty.value_or(search.length_penalty);
  try {
    validate_search(search, "");
  } catch (const Error& error) {
    std::string text = error.what();  // ": min_length: is out of range; ..." of a key, which is the option's name but for the line
    std::replace(text.begin(), text.end(), '_', '-');
    throw UsageError("--" + text.substr(std::min(text.size(), text.find_first_not_of(": "))));
  }
  return search;
}

}  // namespace saccade
