#include <iomanip>
#include <iostream>

#include "pipeline/device.h"
#include "pipeline/stop_signal.h"
#include "pipeline/training/train.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {

int run_train(const Words& words) {
  std::filesystem::path config;
  std::vector<std::string> overrides;
  std::string device = "auto";
  TrainOptions options;
  CommandLine line(
      {.usage = "train --data DATASET --config FILE --output RUN [options]",
       .description = "Trains a captioner on a prepared data set. It can be interrupted at any moment: --resume goes on, and ends with the "
                      "same weights as if it had "
                      "not been.",
       .examples = {"saccade train --data data/flickr8k --config configs/flickr8k.json --output runs/first",
                    "saccade train --data data/mine --config configs/flickr8k.json --output runs/wide --set decoder.hidden_size=1024",
                    "saccade train --data data/flickr8k --config configs/flickr8k.json --output runs/first --resume"}});
  line.required("data", "DATASET", text_value(&options.data), "folder that `saccade prepare` wrote")
      .required("config", "FILE", text_value(&config), "JSON; says only what differs from the defaults")
      .required("output", "RUN", text_value(&options.output), "folder for the best model, checkpoints and logs")
      .repeated("set", "KEY.PATH=VALUE", appended_to(&overrides), "overrides the configuration, as training.epochs=10")
      .flag("resume", &options.resume, "go on with the run in --output, or begin it if there is none")
      .option("device", "NAME", text_value(&device), "auto (default), cpu, cuda or cuda:N")
      .flag("quiet", &options.quiet, "no progress on stderr");
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  options.config = load_config(config, overrides);
  options.device = choose_device(device);
  const StopSignal stop_signal;
  const auto summary = [&] {
    try {
      return train(options);
    } catch (const Stopped&) {
      std::cerr << "nothing is lost: the same command with --resume goes on\n";
      throw;
    }
  }();
  std::cout << "model: " << summary.model.string() << "\nfrom the best epoch, " << summary.best_epoch << " of " << summary.epochs
            << ": validation CIDEr " << std::fixed << std::setprecision(1) << 100 * summary.best_cider
            << (summary.stopped_early ? "; ended early, there was no more gain" : "") << "\n";
  return kExitGood;
}

}  // namespace saccade
