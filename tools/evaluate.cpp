#include "tools/evaluate.h"

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "pipeline/compare_reports.h"
#include "pipeline/diversity_report.h"
#include "pipeline/expert_agreement.h"
#include "pipeline/read_captions.h"
#include "pipeline/reference_count_report.h"
#include "pipeline/references.h"
#include "tools/arguments.h"
#include "tools/exit_codes.h"

namespace saccade {
namespace {

CommandLine command_line(EvaluateArguments& given) {
  CommandLine line(
      {.usage = "evaluate --references FILE --captions FILE [options]\n       saccade evaluate --model MODEL --data DATASET --split NAME "
                "[options]\n       saccade evaluate --attention --model MODEL (--data DATASET | --images DIR) [options]",
       .description = "Scores captions against those of people: BLEU-1 to 4, ROUGE-L, METEOR and CIDEr, as the field's reference scorer "
                      "counts them. The captions come from a file, or are written by a model for a split of a prepared data set.",
       .examples = {"saccade evaluate --references Flickr8k.token.txt --captions captions.jsonl",
                    "saccade evaluate --model best.safetensors --data data/flickr8k --split test --beam 5",
                    "saccade evaluate --references captions_val2014.json --captions results.json --json --per-image scores.jsonl",
                    "saccade evaluate --references Flickr8k.token.txt --ratings ExpertAnnotations.txt",
                    "saccade evaluate --attention --model best.safetensors --images val2017 --boxes instances_val2017.json"}});
  line.group("Captions of a file")
      .option("references", "FILE", text_value(&given.references),
              "captions of people, in any format that `saccade prepare` reads, or a prepared data set")
      .option("captions", "FILE", text_value(&given.captions), "captions to score: jsonl, COCO results, csv or txt")
      .option("compare", "FILE", text_value(&given.compare), "captions of another system: how the two differ, and how sure that is")
      .option("format", "NAME", text_value(&given.format),
              "format of the references: auto (default), flickr, csv, coco, karpathy, jsonl, tsv or folder")
      .option("ratings", "FILE", text_value(&given.ratings),
              "instead of captions, Flickr8k's ExpertAnnotations.txt: how far each score ranks captions as its experts do")
      .group("Captions of a model")
      .option("model", "MODEL", text_value(&given.model), "model file that `saccade train` wrote")
      .option("data", "DATASET", text_value(&given.data), "folder that `saccade prepare` wrote")
      .option("output", "FILE", text_value(&given.output), "keep the captions in this file, JSON lines")
      .option("device", "NAME", text_value(&given.device), "auto (default), cpu, cuda or cuda:N")
      .option("batch", "N", whole_number(&given.batch, {1, 4096}), "pictures computed together (default: 16)");
  add_search_options(line, given.search);
  line.group("Attention of a model")
      .flag("attention", &given.attention,
            "instead of scores, whether its attention can be trusted: what it looks at, and what rests on that")
      .option("images", "DIR", text_value(&given.images), "pictures to look at, instead of those of --data")
      .option("boxes", "FILE", text_value(&given.boxes),
              "where things are: COCO instances (default: what --data holds of it); with --images only its pictures are looked at")
      .option("pictures", "N", whole_number(&given.pictures, {0, 100'000'000}), "at most so many (default: all)");
  line.group("Both")
      .option("split", "NAME", text_value(&given.split), "only this split of the references; a model's default is test")
      .flag("json", &given.json,
            "scores as JSON: images bleu_1 bleu_2 bleu_3 bleu_4 rouge_l cider cider_plain meteor meteor_variant, then counts")
      .option("per-image", "FILE", text_value(&given.per_image), "scores of each image, JSON lines with image_id, image and caption")
      .option("document-frequencies", "FILE|DATASET", text_value(&given.document_frequencies),
              "what CIDEr weighs words by: a saved file, or the training split of a prepared data set (default: the images evaluated)")
      .option("save-document-frequencies", "FILE", text_value(&given.save_document_frequencies), "write those that were used")
      .flag("intervals", &given.intervals, "95 % intervals: how far the scores would move with other images of the kind")
      .flag("diversity", &given.diversity, "how much the captions differ among themselves, bad endings, repeated words")
      .flag("by-reference-count", &given.by_reference_count, "scores against the first reference of each image, the first two, ...")
      .option("training", "FILE|DATASET", text_value(&given.training), "captions learned from, to tell what is novel (with --diversity)")
      .flag("no-paraphrases", &given.no_paraphrases, "METEOR without its table of paraphrases: starts a second sooner, scores lower")
      .flag("overwrite", &given.overwrite, "replace files that are there")
      .flag("quiet", &given.quiet, "no progress on stderr");
  return line;
}

void check_can_be_written(const EvaluateArguments& given) {
  if (!given.per_image.empty() && given.per_image == given.save_document_frequencies)
    throw UsageError("--per-image and --save-document-frequencies name the same file");
  for (const auto& path : {given.per_image, given.save_document_frequencies}) {
    std::error_code ignored;
    if (!path.empty() && !given.overwrite && std::filesystem::exists(path, ignored))
      throw Error(path.string(), "is there already", "remove it, or add --overwrite");
  }
}

std::optional<DocumentFrequencies> document_frequencies(const std::filesystem::path& path) {
  if (path.empty()) return std::nullopt;
  if (!std::filesystem::is_directory(path)) return read_document_frequencies(path);
  auto frequencies = count_document_frequencies(read_references(path, "train").images);
  frequencies.source = "the training split of " + path.string();
  return frequencies;
}

std::optional<MeteorFiles> meteor_files_for(const EvaluateArguments& given) {
  auto files = find_meteor_files();
  if (!files) {
    std::cerr << "METEOR is left out, for its data are not here: ./run setup takes them from the reference scorer's package, or "
                 "SACCADE_METEOR names their folder\n";
  } else if (given.no_paraphrases) {
    files->paraphrases.reset();
  }
  return files;
}

EvaluationReport evaluate_file_of(const EvaluateArguments& given, const EvaluationOptions& options) {
  return evaluate_captions(read_references(given.references, given.split, annotation_format(given.format)), read_captions(given.captions),
                           options);
}

void write_per_image(const EvaluationReport& report, const std::filesystem::path& path) {
  AtomicFile file(path);
  for (const auto& image : report.images)
    file.write(to_json_line(image).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  file.commit();
}

/// Of the training split, where the file has one.
std::vector<AnnotatedImage> training_captions(const std::filesystem::path& path) {
  auto images = read_references(path).images;
  const auto is_learned = [](const AnnotatedImage& image) { return image.split == "train"; };
  if (std::ranges::any_of(images, is_learned)) std::erase_if(images, std::not_fn(is_learned));
  return images;
}

/// The scores and what else was asked for, in both forms.
struct Answer {
  nlohmann::ordered_json json;
  std::string text;

  void add(const char* key, nlohmann::ordered_json part, const std::string& table) {
    json[key] = std::move(part);
    text += "\n" + table;
  }
};

Answer answer_to(const EvaluateArguments& given, const EvaluationReport& report, const EvaluationOptions& options) {
  Answer answer{.json = to_json_report(report), .text = to_table(report)};
  if (given.intervals) {
    const auto intervals = report_intervals(report);
    answer.add("intervals", to_json_intervals(intervals), to_table(intervals));
  }
  if (given.diversity) {
    const auto diversity = diversity_of(report, given.training.empty() ? std::vector<AnnotatedImage>() : training_captions(given.training));
    answer.add("diversity", to_json_diversity(diversity), to_table(diversity));
  }
  if (given.by_reference_count) {
    const auto rows = scores_by_reference_count(report, options);
    answer.add("by_reference_count", to_json_rows(rows), to_table(rows));
  }
  if (!given.compare.empty()) {
    auto other = given;
    other.captions = given.compare;
    const auto other_report = evaluate_file_of(other, options);
    answer.json["other"] = to_json_report(other_report);
    const auto comparison = compare_reports(report, other_report, options);
    answer.add("comparison", to_json(comparison),
               "a: " + given.captions.string() + "\nb: " + given.compare.string() + "\n" + account_of(other_report) + to_table(comparison));
  }
  return answer;
}

int print_agreement_with_experts(const EvaluateArguments& given) {
  const auto agreement = agreement_with_experts(read_judged_captions(given.ratings, given.references), meteor_files_for(given));
  std::cout << (given.json ? to_json_agreement(agreement).dump(2) + "\n" : to_table(agreement));
  return kExitGood;
}

/// What is evaluated, told from the options.
enum class Subject { kFile, kModel, kAttention, kScores };

const std::vector<const char*>& options_of(Subject subject) {
  static const std::vector<const char*> search_of_model{"model",      "data",       "device",         "batch",     "split", "beam",
                                                        "max-length", "min-length", "length-penalty", "no-repeat", "json",  "quiet"};
  static const std::vector<const char*> all_scores{"per-image",
                                                   "document-frequencies",
                                                   "save-document-frequencies",
                                                   "intervals",
                                                   "diversity",
                                                   "by-reference-count",
                                                   "training",
                                                   "no-paraphrases",
                                                   "overwrite"};
  static const auto together = [](std::vector<const char*> names, const std::vector<const char*>& more) {
    names.insert(names.end(), more.begin(), more.end());
    return names;
  };
  static const std::map<Subject, std::vector<const char*>> table{
      {Subject::kFile, together({"references", "captions", "compare", "format", "split", "json", "quiet"}, all_scores)},
      {Subject::kModel, together(together({"output"}, search_of_model), all_scores)},
      {Subject::kAttention, together({"attention", "images", "boxes", "pictures"}, search_of_model)},
      {Subject::kScores, {"references", "ratings", "json", "no-paraphrases", "quiet"}}};
  return table.at(subject);
}

Subject subject_of(const EvaluateArguments& given) {
  if (!given.ratings.empty()) return Subject::kScores;
  if (given.attention) return Subject::kAttention;
  return !given.model.empty() || !given.data.empty() ? Subject::kModel : Subject::kFile;
}

void check_arguments(const CommandLine& line, const EvaluateArguments& given, Subject subject) {
  const auto require = [](bool good, const char* what) {
    if (!good) throw UsageError(what);
  };
  switch (subject) {
    case Subject::kFile:
      require(!given.references.empty() && !given.captions.empty(), "give either --references and --captions, or --model and --data");
      return line.refuse_all_but(options_of(subject), "on the captions of a file");
    case Subject::kModel:
      require(!given.model.empty() && !given.data.empty(), "give either --references and --captions, or --model and --data");
      return line.refuse_all_but(options_of(subject), "on the captions of a model");
    case Subject::kAttention:
      require(!given.model.empty(), "--attention needs --model, and --data or --images");
      require(given.data.empty() != given.images.empty(), "--attention takes its pictures from one place: give --data or --images");
      require(given.images.empty() || given.split.empty(), "--split is one of --data");
      return line.refuse_all_but(options_of(subject), "with --attention");
    case Subject::kScores:
      require(!given.references.empty(), "--ratings needs --references, the captions that were rated");
      return line.refuse_all_but(options_of(subject), "with --ratings");
  }
}

}  // namespace

int run_evaluate(const Words& words, const ModelEvaluators& of_model) {
  EvaluateArguments given;
  auto line = command_line(given);
  if (line.parse(words) == CommandLine::Parsed::kHelpWasPrinted) return kExitGood;
  const auto subject = subject_of(given);
  check_arguments(line, given, subject);
  if (!given.training.empty() && !given.diversity) throw UsageError("--training needs --diversity");
  if (subject == Subject::kScores) return print_agreement_with_experts(given);
  if (subject == Subject::kAttention) return of_model.attention(given);
  check_can_be_written(given);
  const EvaluationOptions options{.meteor = meteor_files_for(given),
                                  .document_frequencies = document_frequencies(given.document_frequencies),
                                  .keep_document_frequencies = !given.save_document_frequencies.empty()};
  const auto report = subject == Subject::kModel ? of_model.scores(given, options) : evaluate_file_of(given, options);
  const auto answer = answer_to(given, report, options);  // before anything is written: what it reads may be wrong
  if (!given.per_image.empty()) write_per_image(report, given.per_image);
  if (report.kept_document_frequencies) write_document_frequencies(*report.kept_document_frequencies, given.save_document_frequencies);
  std::cout << (given.json ? answer.json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n" : answer.text);
  return kExitGood;
}

}  // namespace saccade
