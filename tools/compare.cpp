#include <cstdio>
#include <iostream>

#include "pipeline/comparison/comparison_table.h"
#include "pipeline/comparison/goals.h"
#include "pipeline/comparison/run_comparison.h"
#include "pipeline/device.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

struct CompareArguments {
  std::filesystem::path data, config, kinds, output;
  std::vector<std::string> names, overrides;
  std::string split = "test", device = "auto";
  int64_t seeds = 1, pictures = 0;
  bool scenes = false, check = false, quiet = false;
};

CommandLine command_line(CompareArguments& given) {
  CommandLine line(
      {.usage = "compare --output DIR (--scenes | --data DATASET --config FILE) [options]",
       .description = "Trains kinds of attention and decoders on the same data, seeds and budget, and writes one table: scores, "
                      "where they look, whether that can be trusted, size and speed. It can be interrupted at any moment; the "
                      "same command goes on. Kinds that were compared before by the same configuration keep their rows. On "
                      "scenes the encoder is trained first; --set encoder.weights=MODEL takes that of a run that is there.",
       .examples = {"saccade compare --scenes --output build/compare",
                    "saccade compare --data data/flickr8k --config configs/flickr8k.json --set encoder.weights=densenet169.safetensors "
                    "--output runs/kinds --seeds 3",
                    "saccade compare --scenes --kind additive --kind dot --kind none --output build/compare"}});
  line.required("output", "DIR", text_value(&given.output), "folder for runs, results and the table, in four forms")
      .flag("scenes", &given.scenes, "on synthetic scenes, of which all is known; they are made in --output")
      .option("data", "DATASET", text_value(&given.data), "folder that `saccade prepare` wrote")
      .option("config", "FILE", text_value(&given.config), "what all kinds share; with --scenes configs/scene-kinds.json is the default")
      .repeated("kind", "NAME", appended_to(&given.names), "only this one; may stand more than once (default: all)")
      .option("kinds", "FILE", text_value(&given.kinds), "other kinds: [{\"name\": \"mine\", \"decoder\": {...}}, ...]")
      .option("seeds", "N", whole_number(&given.seeds, {1, 1000}), "runs of each kind, with seeds 1 to N (default: 1)")
      .repeated("set", "KEY.PATH=VALUE", appended_to(&given.overrides), "overrides the configuration of all, as training.epochs=10")
      .option("split", "NAME", text_value(&given.split), "of --data, what is measured on (default: test)")
      .option("pictures", "N", whole_number(&given.pictures, {0, 100'000'000}), "of it, at most so many (default: all; 500 scenes)")
      .option("device", "NAME", text_value(&given.device), "auto (default), cpu, cuda or cuda:N")
      .flag("check", &given.check,
            "with --scenes: fail (exit code 1) where attention is less than its kind should come to, or a fault is not found out")
      .flag("quiet", &given.quiet, "no progress on stderr");
  return line;
}

void tell(const KindResult& result) {
  char cider[32];
  std::snprintf(cider, sizeof cider, "CIDEr %.1f", 100 * result.cider);
  std::cerr << result.kind << ", seed " << result.seed << ": " << (result.failure.empty() ? cider : "failed: " + result.failure) << "\n";
}

/// Tells what misses its goal; whether nothing does.
bool goals_are_reached(const std::vector<KindResult>& results, const std::vector<ModelKind>& kinds) {
  bool reached = true;
  for (const auto& result : results) {
    for (const auto& missed : missed_goals(result, std::ranges::find(kinds, result.kind, &ModelKind::name)->goal)) {
      std::cerr << result.kind << ", seed " << result.seed << ": " << missed << "\n";
      reached = false;
    }
  }
  return reached;
}

}  // namespace

int run_compare(const Words& words) {
  CompareArguments given;
  auto line = command_line(given);
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  if (given.scenes != given.data.empty()) throw UsageError("give either --scenes or --data");
  if (!given.scenes && given.config.empty()) throw UsageError("--data needs --config, what all kinds share");
  if (given.check && !given.scenes) throw UsageError("--check needs --scenes, of which all is known");
  if (given.scenes) {
    line.refuse_all_but({"output", "scenes", "config", "kind", "kinds", "seeds", "set", "pictures", "device", "check", "quiet"},
                        "with --scenes");
  }
  const auto known = given.kinds.empty() ? known_kinds() : read_kinds(given.kinds);
  RunComparisonOptions options{
      .comparison = {.data = given.scenes ? given.output / "scenes" : given.data,
                     .output = given.output,
                     .config = given.config.empty() ? nlohmann::json(scene_kinds_config()) : nlohmann::json(load_config(given.config)),
                     .overrides = given.overrides,
                     .kinds = choose_kinds(known, given.names),
                     .device = choose_device(given.device),
                     .quiet = given.quiet},
      .split = given.split,
      .pictures = given.pictures,
      .known = known};
  if (given.scenes) options.scenes.emplace();
  options.comparison.seeds.clear();
  for (int64_t seed = 1; seed <= given.seeds; ++seed) options.comparison.seeds.push_back(seed);

  const StopSignal stop_signal;
  const auto results = run_comparison(options, [&](const KindResult& result) {
    if (!given.quiet) tell(result);
  });
  std::cout << to_text(comparison_table(results.all()));
  if (given.check) return goals_are_reached(results.asked, options.comparison.kinds) ? kExitGood : kExitBadInput;
  const bool all_good = std::ranges::all_of(results.asked, [](const KindResult& result) { return result.failure.empty(); });
  return all_good ? kExitGood : kExitSomeFailed;
}

}  // namespace saccade
