#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

namespace saccade {

struct SearchConfig {
  int64_t beam_size = 3;
  int64_t max_length = 30;      ///< words at most, the end not counted
  int64_t min_length = 1;       ///< words at least
  double length_penalty = 0.0;  ///< score = log_probability / length^length_penalty; 0: none, 1: mean per word (the end counted)
  int64_t no_repeat_ngram = 0;  ///< no n-gram of this size twice in a caption; 0: any
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SearchConfig, beam_size, max_length, min_length, length_penalty, no_repeat_ngram)

}  // namespace saccade
