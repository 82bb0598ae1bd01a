#include <iostream>

#include "data/error.h"
#include "data/inputs/picture_source.h"
#include "pipeline/captioning/caption_pictures.h"
#include "pipeline/device.h"
#include "pipeline/record_writers.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/checked_output.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"
#include "tools/overlay_options.h"
#include "tools/search_options.h"

namespace saccade {
namespace {

/// What --help lists, as it was given.
struct Given {
  std::filesystem::path model, output = "-";
  std::string device = "auto", format = "jsonl";
  std::vector<std::string> inputs;
  SearchOptions search;
  int64_t alternatives = 0, batch = 16, threads = 0;
  Shard shard;
  std::optional<RegionPrompt> region;
  std::filesystem::path overlay_folder;
  OverlayOptions overlay{.formats = {}};
  bool attention = false, resume = false, overwrite = false, quiet = false;
};

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
                                 "saccade caption --model best.safetensors --region 0,0,0.5,1 --overlay overlays/ street.jpg",
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
      .flag("overwrite", &given.overwrite, "replace the captions file if there is one");
  add_search_options(line, given.search);
  line.option("alternatives", "N", whole_number(&given.alternatives, {0, 999}),
              "further captions of each picture, fewer than the beam (default: 0)")
      .group("Place")
      .option(
          "region", "X,Y,W,H", [&](const std::string& text) { given.region = parse_region(text); },
          "caption this place of every picture alone: x, y, width and height in pixels, or in fractions of the picture such as "
          "0.2,0.1,0.5,0.5")
      .group("Overlays")
      .option("overlay", "DIR", text_value(&given.overlay_folder),
              "draw where every word looked, on the original pictures, into this folder")
      .repeated("overlay-format", "NAME", overlay_format(&given.overlay), overlay_format_names() + "; see `saccade overlay`")
      .group("Work")
      .option(
          "shard", "I/N", [&](const std::string& text) { given.shard = parse_shard(text); },
          "only the I-th of N parts of the inputs, for many machines")
      .option("batch", "N", whole_number(&given.batch, {1, 4096}), "pictures computed together (default: 16); fewer need less memory")
      .option("threads", "N", whole_number(&given.threads, {1, 1024}), "threads that decode pictures (default: the number of cores)")
      .flag("quiet", &given.quiet, "no progress on stderr")
      .operands("INPUT", appended_to(&given.inputs), {1});
  return line;
}

BatchOptions batch_options(const Given& given, const SearchConfig& default_search) {
  const auto search = with_options(default_search, given.search);
  if (given.alternatives >= search.beam_size) {
    throw UsageError("--alternatives " + std::to_string(given.alternatives) +
                     " needs a larger --beam: " + std::to_string(given.alternatives + 1));
  }
  return {.search = search,
          .batch_pictures = given.batch,
          .alternatives = given.alternatives,
          .attention = given.attention || !given.overlay_folder.empty() ? AttentionDetail::kRecord : AttentionDetail::kOmit,
          .region = given.region};
}

void refuse_what_has_no_effect(const Given& given) {
  const auto needs_jsonl = [&](bool is_given, const char* option) {
    if (is_given && given.format != "jsonl")
      throw UsageError(std::string(option) + " needs --format jsonl; " + given.format + " has no room for it");
  };
  needs_jsonl(given.attention, "--attention");
  needs_jsonl(given.alternatives > 0, "--alternatives");
  if (!given.overlay.formats.empty() && given.overlay_folder.empty()) throw UsageError("--overlay-format needs --overlay DIR");
}

ExistingRecords existing_records(const Given& given) {
  if (given.resume && given.overwrite) throw UsageError("--resume and --overwrite exclude each other");
  if (given.resume && (given.output == "-" || given.format != "jsonl"))
    throw UsageError("--resume needs --output FILE of the format jsonl");
  return given.resume ? ExistingRecords::kResume : given.overwrite ? ExistingRecords::kReplace : ExistingRecords::kRefuse;
}

void print_tally(const CaptionTally& tally, const RecordWriter& writer) {
  std::cerr << tally.captioned << " captioned";
  if (tally.damaged > 0) std::cerr << " (" << tally.damaged << " of damaged pictures, see \"warning\")";
  if (tally.failed > 0) std::cerr << ", " << tally.failed << " failed";
  if (tally.skipped > 0) std::cerr << ", " << tally.skipped << " were there already";
  if (writer.failures_found() > 0) std::cerr << ", " << writer.failures_found() << " of them as failed (see \"error\")";
  std::cerr << "\n";
  if (const auto left = writer.records_left(); left > 0 && !tally.stopped)
    std::cerr << left << " records of the captions file are of pictures that are not among the inputs\n";
}

/// A picture that cannot be drawn has its caption all the same. Returns whether it was.
bool draw(const CaptionRecord& record, const SourcePicture& picture, const Given& given) {
  try {
    const auto original = decode_picture(picture.read(), picture.name).picture;
    require_attention(record, original);
    write_overlay(record, original, given.overlay_folder, given.overlay);
    return true;
  } catch (const std::exception& error) {  // whatever is wrong with this one, the run goes on
    std::cerr << "overlay: " << error.what() << "\n";
    return false;
  }
}

}  // namespace

int run_caption(const Words& words) {
  Given given;
  if (command_line(given).parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  refuse_what_has_no_effect(given);
  if (given.overlay.formats.empty()) given.overlay.formats = {OverlayFormat::kSheet};

  const auto existing = existing_records(given);
  check_output("--output", given.output, {.model = given.model, .inputs = given.inputs});
  if (!given.overlay_folder.empty()) std::filesystem::create_directories(given.overlay_folder);
  PictureSource source({.inputs = given.inputs, .shard = given.shard});
  const auto model = load_model(given.model, choose_device(given.device));
  CaptionOptions options{
      .batch = batch_options(given, model.description.search), .decode_threads = static_cast<int>(given.threads), .quiet = given.quiet};
  auto writer = open_record_writer(given.output, record_format(given.format), existing);
  options.already_done = writer.records_found();
  options.skip = [&](const std::string& name) { return writer.take_written(name); };
  const StopSignal stop_signal;
  const bool has_no_errors = given.format == "coco" || given.format == "txt";  // what went wrong has no room in their records
  int64_t not_drawn = 0;
  const auto tally = caption_pictures(model, source, options, [&](CaptionRecord record, const SourcePicture& picture) {
    if (!given.overlay_folder.empty() && record.error.empty()) not_drawn += draw(record, picture, given) ? 0 : 1;
    if (!given.attention) record.attention.reset();
    if (has_no_errors && !record.error.empty()) std::cerr << record.image << ": " << record.error << "\n";
    writer.write(record);
  });
  writer.finish();
  const auto failed = tally.failed + writer.failures_found() + not_drawn;
  if (!given.quiet || tally.stopped || failed > 0) print_tally(tally, writer);
  if (tally.stopped) {
    const bool can_resume = given.format == "jsonl" && given.output != "-";
    std::cerr << "stopped" << (can_resume ? "; nothing is lost: the same command with --resume goes on\n" : "\n");
    return StopSignal::exit_code();
  }
  if (tally.captioned + tally.failed + tally.skipped == 0 && given.shard.count == 1)
    throw Error(given.inputs.front() + (given.inputs.size() > 1 ? ", ..." : ""), "holds no pictures");
  return failed == 0 ? kExitGood : kExitSomeFailed;
}

}  // namespace saccade
