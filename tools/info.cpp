#include <iostream>

#include "pipeline/describe.h"
#include "pipeline/graph/draw_graph.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_info(const Words& words) {
  std::filesystem::path path, graph;
  bool json = false;
  CommandLine line({.usage = "info [--json | --graph FILE] FILE",
                    .description = "Tells what a model, a prepared data set, a run or a safetensors file is.",
                    .examples = {"saccade info runs/first/best.safetensors", "saccade info data/flickr8k",
                                 "saccade info --graph network.svg runs/first/best.safetensors"}});
  line.operands("FILE", text_value(&path), {1, 1})
      .flag("json", &json, "as JSON")
      .option("graph", "FILE", text_value(&graph), "draw a model's network, with shapes and parameters: FILE.svg or FILE.html");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  if (json && !graph.empty()) throw UsageError("--json and --graph do not go together");

  if (!graph.empty()) {
    draw_model(path, graph);
    return kExitGood;
  }
  const auto description = describe(path);
  std::cout << (json ? description.dump(2) + "\n" : as_text(description));
  return kExitGood;
}

}  // namespace saccade
