#include <iostream>

#include "data/error.h"
#include "pipeline/device.h"
#include "pipeline/explanation/explain_pictures.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/checked_output.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"
#include "tools/search_options.h"

namespace saccade {
namespace {

/// What --help lists, as it was given.
struct Given {
  std::filesystem::path model;
  std::string device = "auto";
  std::vector<std::string> inputs;
  SearchOptions search;
  ExplainPicturesOptions explain;
  bool overwrite = false;
};

CommandLine command_line(Given& given) {
  CommandLine line({.usage = "explain --model MODEL [options] PICTURE...",
                    .description = "Captions pictures and shows how each word came about: the query, how regions were scored, every head's "
                                   "weights, the words that could have stood there, and what would have been written without the regions "
                                   "that the word looked at. A PICTURE is whatever `saccade caption` takes.",
                    .examples = {"saccade explain --model best.safetensors --output report.html holiday.jpg",
                                 "saccade explain --model best.safetensors --json explained.jsonl --gif steps/ photos/"}});
  line.group("Model")
      .required("model", "MODEL", text_value(&given.model), "model file that `saccade train` wrote")
      .option("device", "NAME", text_value(&given.device), "auto (default), cpu, cuda or cuda:N")
      .group("Output, at least one")
      .option("output", "FILE", text_value(&given.explain.page),
              "HTML page to look at, all in one file; of more than 500 pictures a page for every 500")
      .option("json", "FILE", text_value(&given.explain.json),
              "JSON lines, - for the standard output: a record a picture, with the key \"explanation\"")
      .option("gif", "DIR", text_value(&given.explain.gifs), "an animation a picture, from the query to the word, into this folder")
      .flag("overwrite", &given.overwrite, "replace the page and the JSON lines if there are any");
  add_search_options(line, given.search);
  line.group("Work").flag("quiet", &given.explain.quiet, "no progress on stderr").operands("PICTURE", appended_to(&given.inputs), {1});
  return line;
}

void check_outputs(const Given& given) {
  const auto &page = given.explain.page, &json = given.explain.json;
  if (page.empty() && json.empty() && given.explain.gifs.empty())
    throw UsageError("nothing is to be written; give --output FILE, --json FILE or --gif DIR");
  if (!page.empty() && !json.empty() && are_one_file(page, json)) throw UsageError("--output and --json name the same file");
  const ReadFiles read{.model = given.model, .inputs = given.inputs};
  check_output("--output", page, read);
  check_output("--json", json, read);
}

}  // namespace

int run_explain(const Words& words) {
  Given given;
  if (command_line(given).parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  auto& options = given.explain;
  check_outputs(given);
  options.existing = given.overwrite ? ExistingRecords::kReplace : ExistingRecords::kRefuse;

  PictureSource source({.inputs = given.inputs});
  const auto model = load_model(given.model, choose_device(given.device));
  options.search = with_options(model.description.search, given.search);
  const StopSignal stop_signal;
  const auto tally = explain_pictures(model, source, options);
  for (const auto& failure : tally.failures) std::cerr << failure << "\n";
  if (!options.quiet || tally.stopped || !tally.failures.empty()) {
    std::cerr << tally.explained << " explained";
    if (!tally.failures.empty()) std::cerr << ", " << tally.failures.size() << " failed";
    std::cerr << (tally.stopped ? "; interrupted before the last\n" : "\n");
  }
  if (tally.stopped) return StopSignal::exit_code();
  if (tally.explained == 0 && tally.failures.empty())
    throw Error(given.inputs.front() + (given.inputs.size() > 1 ? ", ..." : ""), "holds no pictures");
  return tally.failures.empty() ? kExitGood : kExitSomeFailed;
}

}  // namespace saccade
