#include "pipeline/bench/bench.h"

#include <cstdio>

#include "pipeline/device.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

std::string asked(const BenchFigure& figure) {
  char text[64];
  if (figure.least)
    std::snprintf(text, sizeof text, "at least %g%s", *figure.least, figure.is_met() ? "" : "  MISSED");
  else if (figure.most)
    std::snprintf(text, sizeof text, "at most %g%s", *figure.most, figure.is_met() ? "" : "  MISSED");
  else
    text[0] = '\0';
  return text;
}

}  // namespace

int run_bench(const Words& words) {
  if (!words.empty() && words[0] == "metrics") return run_bench_metrics(Words(words.begin() + 1, words.end()));
  BenchOptions options{.program = std::filesystem::read_symlink("/proc/self/exe").replace_filename("saccade")};
  std::string device = "auto";
  CommandLine line(
      {.usage = "bench [options] [INPUT...]",
       .description =
           "Measures speed and memory of captioning and training on this machine, with DenseNet-169 and data made on the spot; takes "
           "about two minutes. The limits it prints are those of two cores. `saccade bench metrics` measures how fast captions are scored.",
       .examples = {"saccade bench", "saccade bench --weights densenet169.safetensors photos/"}});
  line.operands("INPUT", appended_to(&options.inputs), {})
      .option("weights", "FILE", text_value(&options.weights), "DenseNet-169 as safetensors (default: random weights, which are as fast)")
      .option("pictures", "N", whole_number(&options.pictures, {16}), "pictures to caption (default: 256)")
      .option("batch", "N", whole_number(&options.batch_pictures, {1, 4096}), "pictures computed together (default: 16)")
      .option("device", "NAME", text_value(&device), "auto (default), cpu, cuda or cuda:N");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  options.device = choose_device(device);
  const StopSignal stop_signal;
  const auto figures = run_bench(options);
  std::printf("%s\n", describe_machine(options.device).c_str());
  for (const auto& figure : figures) {
    std::printf("%-44s %9.2f %-11s %s\n", figure.what.c_str(), figure.value, figure.unit.c_str(), asked(figure).c_str());
  }
  return kExitGood;
}

}  // namespace saccade
