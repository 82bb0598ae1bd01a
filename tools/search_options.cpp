#include "tools/search_options.h"

namespace saccade {

void add_search_options(CommandLine& line, SearchOptions& options) {
  line.group("Search (defaults: as the model was trained)")
      .option("beam", "K", whole_number(&options.beam, {1, 1000}), "captions that are followed at once; 1 is greedy")
      .option("max-length", "N", whole_number(&options.max_length, {1, 1000}), "words at most")
      .option("min-length", "N", whole_number(&options.min_length, {0, 1000}), "words at least")
      .option("length-penalty", "X", real_number(&options.length_penalty, {0, 10}), "score = log probability / length^X")
      .option("no-repeat", "N", whole_number(&options.no_repeat, {0, 100}), "no N words twice in the same order; 0: any");
}

}  // namespace saccade
