#include <iostream>

#include "data/error.h"
#include "pipeline/overlay/overlay_captions.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"
#include "tools/overlay_options.h"

namespace saccade {

int run_overlay(const Words& words) {
  OverlayCaptionsOptions options;
  options.overlay.formats.clear();
  CommandLine line({.usage = "overlay CAPTIONS --output DIR [options]",
                    .description = "Shows where every word of every caption looked, on the original pictures. CAPTIONS is a file that "
                                   "`saccade caption --attention` wrote.",
                    .examples = {"saccade caption --model best.safetensors --attention --output captions.jsonl photos/",
                                 "saccade overlay captions.jsonl --output overlays",
                                 "saccade overlay captions.jsonl --output overlays --format html --format gif"}});
  line.operands("CAPTIONS", text_value(&options.captions), {1, 1})
      .required("output", "DIR", text_value(&options.output), "folder for what is drawn")
      .option("images", "DIR", text_value(&options.images), "folder that the names of the pictures start from (default: where you are)")
      .flag("quiet", &options.quiet, "no progress on stderr");
  add_overlay_options(line, options.overlay);
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  if (options.overlay.formats.empty()) options.overlay.formats = {OverlayFormat::kSheet};

  const StopSignal stop_signal;
  const auto tally = overlay_captions(options);
  for (const auto& failure : tally.failures) std::cerr << failure << "\n";
  if (!options.quiet || !tally.failures.empty()) {
    std::cerr << tally.drawn << " drawn in " << options.output.string();
    if (!tally.failures.empty()) std::cerr << ", " << tally.failures.size() << " failed";
    if (tally.without_caption > 0) std::cerr << ", " << tally.without_caption << " have no caption";
    std::cerr << "\n";
  }
  if (tally.stopped) return StopSignal::exit_code();
  return tally.failures.empty() ? kExitGood : kExitSomeFailed;
}

}  // namespace saccade
