#include "pipeline/bench/bench_metrics.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_bench_metrics(const Words& words) {
  MetricsBenchOptions options;
  CommandLine line({.usage = "bench metrics --references FILE --captions FILE [options]",
                    .description = "Measures how fast captions are scored and prints it as JSON; `./run bench metrics` sets it beside the "
                                   "reference scorer.",
                    .examples = {"saccade bench metrics --references references.json --captions captions.json"}});
  line.required("references", "FILE", text_value(&options.references), "captions of people, in any format that `saccade evaluate` reads")
      .required("captions", "FILE", text_value(&options.captions), "captions to score: jsonl, COCO results, csv or txt")
      .option("repeats", "N", whole_number(&options.repeats, {1}), "how often each is measured; the median counts (default: 3)");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  std::cout << bench_metrics(options).dump(2) << '\n';
  return kExitGood;
}

}  // namespace saccade
