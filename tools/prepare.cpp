#include "pipeline/prepare.h"

#include <iostream>

#include "data/error.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

/// "test=lists/test.txt".
SplitList parse_split_list(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw std::invalid_argument("expected NAME=LIST, as test=Flickr_8k.testImages.txt");
  }
  return {.split = text.substr(0, equals), .list = text.substr(equals + 1)};
}

/// "val=captions_val.json", or a file whose images belong to no split or tell it themselves.
CaptionsFile parse_captions_file(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || std::filesystem::exists(text)) return {.path = text};
  return {.path = text.substr(equals + 1), .split = text.substr(0, equals)};
}

CommandLine command_line(PrepareOptions& options) {
  CommandLine line({.usage = "prepare --captions FILE [--images DIR] --output DATASET [options]",
                    .description =
                        "Makes a data set ready for training: reads captions, decodes every picture once, counts the vocabulary of the "
                        "training split. Bad rows and pictures are left out and listed in DATASET/dataset.json; too many of them end "
                        "the work.",
                    .examples = {"saccade prepare --captions Flickr8k.token.txt --images images --split train=Flickr_8k.trainImages.txt \\",
                                 "    --split val=Flickr_8k.devImages.txt --split test=Flickr_8k.testImages.txt --output data/flickr8k",
                                 "saccade prepare --captions train=captions_train2017.json --captions val=captions_val2017.json \\",
                                 "    --images train2017 --output data/coco",
                                 "saccade prepare --captions dataset_coco.json --images coco --output data/coco \\",
                                 "    --boxes instances_train2014.json --boxes instances_val2014.json",
                                 "saccade prepare --captions my-pictures --format folder --output data/mine"}});
  line.group("What there is")
      .required_list(
          "captions", "[SPLIT=]FILE", [&](const std::string& text) { options.captions.push_back(parse_captions_file(text)); },
          "captions, and the split of its images where they have none of their own")
      .option(
          "format", "NAME", [&](const std::string& text) { options.format = annotation_format(text); },
          "auto (default), flickr, csv, coco, karpathy, jsonl, tsv or folder (pictures with a .txt of the same name)")
      .option("images", "DIR", text_value(&options.images), "folder of the pictures (default: beside the captions)")
      .repeated(
          "split", "NAME=LIST", [&](const std::string& text) { options.split_lists.push_back(parse_split_list(text)); },
          "names of the pictures of a split, one a line")
      .repeated(
          "boxes", "FILE", [&](const std::string& text) { options.boxes.emplace_back(text); },
          "where things are on the pictures: COCO instances; for training with training.loss.grounding")
      .group("What it becomes")
      .required("output", "DATASET", text_value(&options.output), "folder for the data set")
      .flag("overwrite", &options.overwrite, "replace the data set that is in that folder")
      .option("side", "PIXELS", whole_number(&options.prepared.side, {16, 4096}),
              "side of the square pictures; as the encoder takes them (default: 224)")
      .option(
          "fit", "NAME",
          [&](const std::string& text) {
            check_is_one_of(text, {"squash", "crop"});
            options.prepared.fit = nlohmann::json(text).get<FitMode>();
          },
          "squash: the whole picture, not keeping its aspect ratio (default); crop: the largest square in the middle")
      .option("min-count", "N", whole_number(&options.prepared.min_word_count, {1}),
              "words that are rarer in training become unknown (default: 5)")
      .option("max-words", "N", whole_number(&options.prepared.max_caption_words, {1, 1000}),
              "longer captions are cut for training (default: 40)")
      .group("Work")
      .option("max-bad", "SHARE", real_number(&options.max_bad_share, {0, 1}),
              "share of bad rows or pictures that ends the work (default: 0.01)")
      .flag("strict", &options.strict, "a single one ends it")
      .option("seed", "N", whole_number(&options.seed, {0}), "of the split that is made where the data has none (default: 1)")
      .option("threads", "N", whole_number(&options.threads, {1, 1024}), "threads that decode pictures (default: the number of cores)")
      .flag("quiet", &options.quiet, "no progress on stderr");
  return line;
}

}  // namespace

int run_prepare(const Words& words) {
  PrepareOptions options;
  if (command_line(options).parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  const StopSignal stop_signal;
  std::cout << describe(prepare(options));
  return kExitGood;
}

}  // namespace saccade
