#include <iostream>

#include "data/prepared/prepared_dataset.h"
#include "pipeline/device.h"
#include "pipeline/evaluate_model.h"
#include "pipeline/read_captions.h"
#include "pipeline/record_writers.h"
#include "pipeline/references.h"
#include "pipeline/stop_signal.h"
#include "tools/arguments.h"
#include "tools/commands.h"
#include "tools/exit_codes.h"
#include "tools/search_options.h"

namespace saccade {
namespace {

struct Given {
  std::filesystem::path references, captions, model, data, output;
  std::string split, format = "auto", device = "auto";
  SearchOptions search;
  int64_t batch = 16;
  bool json = false, overwrite = false, quiet = false;
};

CommandLine command_line(Given& given) {
  CommandLine line(
      {.usage = "evaluate --references FILE --captions FILE [options]\n       saccade evaluate --model MODEL --data DATASET --split NAME "
                "[options]",
       .description = "Scores captions against those of people: BLEU-1 to 4, ROUGE-L and CIDEr, as the field's reference scorer counts "
                      "them. The captions come from "
                      "a file, or are written by a model for a split of a prepared data set.",
       .examples = {"saccade evaluate --references Flickr8k.token.txt --captions captions.jsonl",
                    "saccade evaluate --model best.safetensors --data data/flickr8k --split test --beam 5",
                    "saccade evaluate --model best.safetensors --data data/flickr8k --split test --output test.jsonl --json"}});
  line.group("Captions of a file")
      .option("references", "FILE", text_value(&given.references),
              "captions of people, in any format that `saccade prepare` reads, or a prepared data set")
      .option("captions", "FILE", text_value(&given.captions), "captions to score: jsonl, COCO results, csv or txt")
      .option("format", "NAME", text_value(&given.format),
              "format of the references: auto (default), flickr, csv, coco, karpathy, jsonl, tsv or folder")
      .group("Captions of a model")
      .option("model", "MODEL", text_value(&given.model), "model file that `saccade train` wrote")
      .option("data", "DATASET", text_value(&given.data), "folder that `saccade prepare` wrote")
      .option("output", "FILE", text_value(&given.output), "keep the captions in this file, JSON lines")
      .flag("overwrite", &given.overwrite, "replace that file if there is one")
      .option("device", "NAME", text_value(&given.device), "auto (default), cpu, cuda or cuda:N")
      .option("batch", "N", whole_number(&given.batch, {1, 4096}), "pictures computed together (default: 16)");
  add_search_options(line, given.search);
  line.group("Both")
      .option("split", "NAME", text_value(&given.split), "only this split of the references; a model's default is test")
      .flag("json", &given.json, "scores as JSON: images bleu_1 bleu_2 bleu_3 bleu_4 rouge_l cider")
      .flag("quiet", &given.quiet, "no progress on stderr");
  return line;
}

EvaluationReport evaluate_model_of(const Given& given) {
  const PreparedDataset dataset(given.data);
  const auto model = load_model(given.model, choose_device(given.device));
  const BatchOptions options{.search = with_options(model.description.search, given.search), .batch_pictures = given.batch};
  std::optional<RecordWriter> writer;  // before the work, which would be lost were the file refused
  if (!given.output.empty()) {
    writer.emplace(given.output, RecordFormat::kJsonl, given.overwrite ? ExistingRecords::kReplace : ExistingRecords::kRefuse);
  }
  const StopSignal stop_signal;
  const auto evaluation = evaluate_model(model, dataset, given.split.empty() ? "test" : given.split, options, given.quiet);
  if (writer) {
    for (const auto& record : evaluation.records) writer->write(record);
    writer->finish();
  }
  return evaluation.report;
}

EvaluationReport evaluate_file_of(const Given& given) {
  return evaluate_captions(read_references(given.references, given.split, annotation_format(given.format)), read_captions(given.captions));
}

}  // namespace

int run_evaluate(const Words& words) {
  Given given;
  if (command_line(given).parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  const bool of_file = !given.references.empty() && !given.captions.empty(), of_model = !given.model.empty() && !given.data.empty();
  if (of_file == of_model) throw UsageError("give either --references and --captions, or --model and --data");
  const auto report = of_model ? evaluate_model_of(given) : evaluate_file_of(given);
  std::cout << (given.json ? to_json_report(report).dump(2) + "\n" : to_table(report));
  return kExitGood;
}

}  // namespace saccade
