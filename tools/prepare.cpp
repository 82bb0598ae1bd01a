#include "pipeline/prepare.h"

#include <iostream>

#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

/// "train=FILE"
SplitList split_list(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) throw std::invalid_argument("expected NAME=LIST, as train=train.txt");
  return {.split = text.substr(0, equals), .list = text.substr(equals + 1)};
}

struct Given {
  PrepareOptions options;
  std::string format = "auto", fit = "squash";
};

CommandLine command_line(Given& given) {
  auto& options = given.options;
  CommandLine line({.usage = "prepare --captions FILE --output DATASET [options]",
                    .description = "Reads captions and pictures as people keep them, and writes a data set for training. Bad rows and pictures are counted and listed "
                                   "with their reason in DATASET/dataset.json.",
                    .examples = {"saccade prepare --captions captions.csv --images photos/ --output data/mine",
                                 "saccade prepare --captions dataset_coco.json --images coco/ --output data/coco",
                                 "saccade prepare --captions Flickr8k.token.txt --images images/ --split train=train.txt --split val=dev.txt "
                                 "--split test=test.txt --output data/flickr8k"}});
  line.repeated("captions", "FILE", [&options](const std::string& text) { options.captions.push_back({.path = text}); },
                "captions; more than one file may be given")
      .option("images", "DIR", text_value(&options.images), "folder of the pictures (default: that of the captions, or its images/)")
      .repeated("split", "NAME=LIST", [&options](const std::string& text) { options.split_lists.push_back(split_list(text)); },
                "file that names the pictures of a split, one a line")
      .option("format", "NAME", one_of(&given.format, {"auto", "flickr", "csv", "coco", "karpathy", "jsonl", "tsv", "folder"}),
              "of the captions (default: auto, told by their content)")
      .required("output", "DATASET", text_value(&options.output), "folder for the data set")
      .group("Pictures")
      .option("side", "PIXELS", whole_number(&options.prepared.side, {32, 2048}), "stored as squares of this side (default: 224)")
      .option("fit", "NAME", one_of(&given.fit, {"squash", "crop"}), "squash the whole picture (default), or crop its middle")
      .group("Words")
      .option("min-count", "N", whole_number(&options.prepared.min_word_count, {1}), "rarer words of the training split are unknown (default: 5)")
      .option("max-words", "N", whole_number(&options.prepared.max_caption_words, {1, 1000}), "longer captions are cut for training (default: 40)")
      .group("Care")
      .flag("strict", &options.strict, "fail at the first bad row or picture")
      .option("max-bad", "SHARE", real_number(&options.max_bad_share, {0, 1}), "fail above this share of bad rows or pictures (default: 0.01)")
      .option("threads", "N", whole_number(&options.threads, {1, 1024}), "threads that decode pictures (default: the number of cores)")
      .flag("quiet", &options.quiet, "no progress on stderr");
  return line;
}

}  // namespace

int run_prepare(const Words& words) {
  Given given;
  if (command_line(given).parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;

  if (given.options.captions.empty()) throw UsageError("--captions FILE is missing");
  given.options.format = annotation_format(given.format);
  given.options.prepared.fit = given.fit == "crop" ? FitMode::kCrop : FitMode::kSquash;
  std::cout << describe(prepare(given.options));
  return kExitGood;
}

}  // namespace saccade
