#include <cstdio>
#include <iostream>

#include "data/error.h"
#include "pipeline/demo/demo.h"
#include "pipeline/device.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

// What every seed and rounding that was tried has reached (docs/results.md).
constexpr double kTrueCaptions = 0.90, kWordsOnTheirThing = 0.85;

}  // namespace

int run_demo(const Words& words) {
  std::string device = "auto";
  std::vector<std::string> overrides;
  bool check = false;
  DemoOptions options{.output = "saccade-demo"};
  CommandLine line({.usage = "demo [--output DIR] [options]",
                    .description = "Makes pictures of coloured shapes, trains a captioner on them, captions scenes it has never seen, and "
                                   "writes one page that shows what it says and where "
                                   "it looks. Takes some minutes on two cores.",
                    .examples = {"saccade demo --output build/demo"}});
  line.option("output", "DIR", text_value(&options.output), "where report.html and all the rest go (default: saccade-demo)")
      .repeated("set", "KEY.PATH=VALUE", appended_to(&overrides), "overrides configs/scenes.json, as training.epochs=10")
      .option("device", "NAME", text_value(&device), "auto (default), cpu, cuda or cuda:N")
      .flag("check", &check, "fail (exit code 1) below 90 % true captions or 85 % words on their thing")
      .flag("quiet", &options.quiet, "no progress on stderr");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  options.config = scene_config(overrides);
  options.device = choose_device(device);
  const StopSignal stop_signal;
  const auto summary = run_demo(options);
  std::printf("trained in %.0f s, captioned %lld held-out scenes in %.1f s\n", summary.train_seconds,
              static_cast<long long>(summary.verdicts.scenes), summary.caption_seconds);
  std::printf("captions that are true of their scene:          %5.1f %%\n", 100 * summary.verdicts.true_share());
  std::printf("words that look at the thing they name:         %5.1f %%\n", 100 * summary.verdicts.grounding.pointing);
  std::printf("open %s\n", std::filesystem::absolute(summary.report).string().c_str());
  if (check && (summary.verdicts.true_share() < kTrueCaptions || summary.verdicts.grounding.pointing < kWordsOnTheirThing)) {
    throw Error(options.output.string(), "the captioner has learned less than it should: 90 % and 85 %");
  }
  return kExitGood;
}

}  // namespace saccade
