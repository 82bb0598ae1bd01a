// saccade-torch: the commands that need LibTorch. saccade becomes it (continue_with_torch.h); by itself it is of no use to anyone.
#include <c10/util/Exception.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/evaluate.h"
#include "tools/guarded.h"

namespace saccade {
namespace {

int run_torch_command(const std::string& name, const Words& words) {
  static const std::map<std::string, int (*)(const Words&)> commands = {
      {"prepare", run_prepare},
      {"train", run_train},
      {"caption", run_caption},
      {"overlay", run_overlay},
      {"explain", run_explain},
      {"evaluate", [](const Words& rest) { return run_evaluate(rest, {.scores = evaluate_model_of, .attention = examine_attention}); }},
      {"compare", run_compare},
      {"convert-weights", run_convert_weights},
      {"info", run_info},
      {"demo", run_demo},
      {"bench", run_bench},
  };
  const auto command = commands.find(name);
  if (command == commands.end()) throw UsageError("saccade-torch is a part of saccade, and is started by it");
  try {
    return command->second(words);
  } catch (const c10::Error& error) {
    throw std::runtime_error(error.what_without_backtrace());
  }
}

}  // namespace
}  // namespace saccade

int main(int argc, char** argv) {
  const saccade::Words words(argv + std::min(argc, 2), argv + argc);
  const std::string name = argc > 1 ? argv[1] : "";
  return saccade::guarded(name, [&] { return saccade::run_torch_command(name, words); });
}
