#pragma once

#include <optional>

#include "models/search/search_config.h"
#include "tools/arguments.h"

namespace saccade {

/// The search options of a command line; what is not given stays as the model has it.
struct SearchOptions {
  std::optional<int64_t> beam, max_length, min_length, no_repeat;
  std::optional<double> length_penalty;
  bool operator==(const SearchOptions&) const = default;
};

void add_search_options(CommandLine& line, SearchOptions& options);

/// Throws UsageError for a search that is impossible.
SearchConfig with_options(SearchConfig search, const SearchOptions& options);

}  // namespace saccade
