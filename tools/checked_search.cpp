#include "pipeline/config.h"
#include "tools/search_options.h"

namespace saccade {

SearchConfig with_options(SearchConfig search, const SearchOptions& options) {
  search.beam_size = options.beam.value_or(search.beam_size);
  search.max_length = options.max_length.value_or(search.max_length);
  search.min_length = options.min_length.value_or(search.min_length);
  search.no_repeat_ngram = options.no_repeat.value_or(search.no_repeat_ngram);
  search.length_penalty = options.length_penalty.value_or(search.length_penalty);
  validate_search(search, "command line");
  return search;
}

}  // namespace saccade
