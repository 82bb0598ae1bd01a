#include <iostream>

#include "pipeline/describe.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_info(const Words& words) {
  std::filesystem::path path;
  bool json = false;
  CommandLine line({.usage = "info [--json] FILE",
                    .description = "Tells what a model, a prepared data set, a run or a safetensors file is.",
                    .examples = {"saccade info runs/first/best.safetensors", "saccade info data/flickr8k"}});
  line.operands("FILE", text_value(&path), {1, 1}).flag("json", &json, "as JSON");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  const auto description = describe(path);
  std::cout << (json ? description.dump(2) + "\n" : as_text(description));
  return kExitGood;
}

}  // namespace saccade
