#include <iostream>

#include "data/error.h"
#include "data/inputs/picture_source.h"
#include "pipeline/captioning/caption_pictures.h"
#include "pipeline/device.h"
#include "pipeline/record_writers.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

/// What --help lists, as it was given.
struct Given {
  std::filesystem::path model, output = "-";
  std::string device = "auto", format = "jsonl";
  std::vector<std::string> inputs;
  std::optional<int64_t> beam, max_length, min_length, no_repeat;
  std::optional<double> length_penalty;
  int64_t alternatives = 0, batch = 16, threads = 0;
  Shard shard;
  bool attention = false, resume = false, overwrite = false, quiet = false;
};

/// "2/8": the second of eight parts.
ValueReader shard_value(Shard* target) {
  return [target](const std::string& text) {
    try {
      *target = parse_shard(text);
    } catch (const Error&) {
      throw std::invalid_argument("expected I/N, as 1/8 for the first of eight parts");
    }
  };
}

CommandLine command_line(Given& given) {
  CommandLine line({.usage = "caption --model MODEL [options] INPUT...",
                    .description = "Writes a caption of every picture, in the order of the inputs. A picture that cannot be read gives a "
                                   "record with its error, and the run goes "
                                   "on. An INPUT is a picture, a folder (with its sub-folders), a glob in quotes, @FILE with one path a "
                                   "line, a tar file, or - for paths on "
                                   "the standard input.",
                    .examples = {"saccade caption --model runs/first/best.safetensors holiday.jpg",
                                 "saccade caption --model best.safetensors --output captions.jsonl photos/",
                                 "saccade caption --model best.safetensors --output captions.jsonl --resume photos/",
                                 "saccade caption --model best.safetensors --output part-3.jsonl --shard 3/8 'shards/*.tar'",
                                 "find . -name '*.jpg' | saccade caption --model best.safetensors --format csv -"}});
  line.group("Model")
      .required("model", "MODEL", text_value(&given.model), "model file that `saccade train` wrote")
      .option("device", "NAME", text_value(&given.device), "auto (default), cpu, cuda or cuda:N")
      .group("Output")
      .option("output", "FILE", text_value(&given.output), "captions file (default: standard output)")
      .option("format", "NAME", one_of(&given.format, {"jsonl", "coco", "csv", "txt"}), "jsonl (default), coco, csv or txt")
      .flag("attention", &given.attention, "record where every word looked, for `saccade overlay` (jsonl only)")
      .flag("resume", &given.resume, "go on with the captions file of a run that was interrupted (jsonl only)")
      .flag("overwrite", &given.overwrite, "replace the captions file if there is one")
      .group("Search (defaults: as the model was trained)")
      .option("beam", "K", whole_number(&given.beam, {1, 1000}), "captions that are followed at once; 1 is greedy")
      .option("alternatives", "N", whole_number(&given.alternatives, {0, 999}),
              "further captions of each picture, fewer than the beam (default: 0)")
      .option("max-length", "N", whole_number(&given.max_length, {1, 1000}), "words at most")
      .option("min-length", "N", whole_number(&given.min_length, {0, 1000}), "words at least")
      .option("length-penalty", "X", real_number(&given.length_penalty), "score = log probability / length^X")
      .option("no-repeat", "N", whole_number(&given.no_repeat, {0, 1000}), "no N words twice in the same order; 0: any")
      .group("Work")
      .option("shard", "I/N", shard_value(&given.shard), "only the I-th of N parts of the inputs, for many machines")
      .option("batch", "N", whole_number(&given.batch, {1, 4096}), "pictures computed together (default: 16); fewer need less memory")
      .option("threads", "N", whole_number(&given.threads, {1, 1024}), "threads that decode pictures (default: the number of cores)")
      .flag("quiet", &given.quiet, "no progress on stderr")
      .operands("INPUT", appended_to(&given.inputs), {1});
  return line;
}

BatchOptions batch_options(const Given& given, SearchConfig search) {
  search.beam_size = given.beam.value_or(search.beam_size);
  search.max_length = given.max_length.value_or(search.max_length);
  search.min_length = given.min_length.value_or(search.min_length);
  search.no_repeat_ngram = given.no_repeat.value_or(search.no_repeat_ngram);
  search.length_penalty = given.length_penalty.value_or(search.length_penalty);
  validate_search(search, "command line");
  if (given.alternatives >= search.beam_size) {
    throw UsageError("--alternatives " + std::to_string(given.alternatives) +
                     " needs a larger --beam: " + std::to_string(given.alternatives + 1));
  }
  return {.search = search,
          .batch_pictures = given.batch,
          .alternatives = given.alternatives,
          .attention = given.attention ? AttentionDetail::kRecord : AttentionDetail::kOmit};
}

ExistingRecords existing_records(const Given& given) {
  if (given.resume && given.overwrite) throw UsageError("--resume and --overwrite exclude each other");
  return given.resume ? ExistingRecords::kResume : given.overwrite ? ExistingRecords::kReplace : ExistingRecords::kRefuse;
}

void print_tally(const CaptionTally& tally, const Given& given) {
  std::cerr << tally.captioned << " captioned";
  if (tally.damaged > 0) std::cerr << " (" << tally.damaged << " of damaged pictures, see \"warning\")";
  if (tally.failed > 0) std::cerr << ", " << tally.failed << " failed";
  if (tally.skipped > 0) std::cerr << ", " << tally.skipped << " were there already";
  std::cerr << "\n";
  if (tally.stopped && given.format == "jsonl" && given.output != "-")
    std::cerr << "nothing is lost: the same command with --resume goes on\n";
}

}  // namespace

int run_caption(const Words& words) {
  Given given;
  if (command_line(given).parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  const auto existing = existing_records(given);
  PictureSource source({.inputs = given.inputs, .shard = given.shard});
  const auto model = load_model(given.model, choose_device(given.device));
  CaptionOptions options{
      .batch = batch_options(given, model.description.search), .decode_threads = static_cast<int>(given.threads), .quiet = given.quiet};
  auto writer = open_record_writer(given.output, record_format(given.format), existing);
  options.skip = [&](const std::string& name) { return writer.take_written(name); };
  const StopSignal stop_signal;
  const auto tally =
      caption_pictures(model, source, options, [&](const CaptionRecord& record, const SourcePicture&) { writer.write(record); });
  writer.finish();
  if (!given.quiet || tally.failed > 0) print_tally(tally, given);
  if (tally.stopped) return StopSignal::exit_code();
  return tally.failed == 0 ? kExitGood : kExitSomeFailed;
}

}  // namespace saccade
