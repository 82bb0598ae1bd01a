#include "pipeline/demo/demo.h"

#include <chrono>
#include <cstdio>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/json_document.h"
#include "data/files/leftovers.h"
#include "pipeline/captioning/caption_pictures.h"
#include "pipeline/evaluate.h"
#include "pipeline/model_file.h"
#include "pipeline/overlay/overlay.h"
#include "pipeline/record_writers.h"
#include "pipeline/stop_signal.h"
#include "pipeline/training/train.h"
#include "pipeline/training/train_log.h"

namespace saccade {
namespace {

constexpr int64_t kShownPictures = 24;  // in the report
constexpr int64_t kSheets = 6;          // contact sheets and animations beside it

/// A scene as people will look at it: drawn anew at this side for the report, whatever side the network saw.
constexpr int kShownSide = 256;

struct HeldOut {
  std::vector<Scene> scenes;
  std::vector<std::string> files;
};

HeldOut write_pictures(const DemoOptions& options) {
  const auto folder = options.output / "pictures";
  std::filesystem::create_directories(folder);
  HeldOut held_out;
  for (int64_t i = 0; i < options.held_out; ++i) {
    char name[32];
    std::snprintf(name, sizeof(name), "scene-%05lld.png", static_cast<long long>(i));
    held_out.scenes.push_back(held_out_scene(options.scenes, i));
    held_out.files.push_back((folder / name).string());
    if (std::filesystem::exists(folder / name)) continue;
    const auto png = encode_png(draw_scene(held_out.scenes.back()));
    write_file_atomically(folder / name, png);
  }
  return held_out;
}

std::vector<CaptionRecord> caption_held_out(const DemoOptions& options, const LoadedModel& model, const HeldOut& held_out) {
  PictureSource source({.inputs = held_out.files});
  auto writer = open_record_writer(options.output / "captions.jsonl", RecordFormat::kJsonl, ExistingRecords::kReplace);
  std::vector<CaptionRecord> records;
  const CaptionOptions captioning{
      .batch = {.search = model.description.search, .batch_pictures = 32, .attention = AttentionDetail::kRecord}, .quiet = options.quiet};
  const auto tally = caption_pictures(model, source, captioning, [&](const CaptionRecord& record, const SourcePicture&) {
    writer.write(record);
    records.push_back(record);
  });
  writer.finish();
  if (tally.stopped) StopSignal::throw_if_requested();
  TORCH_CHECK(std::ssize(records) == options.held_out, "captioned ", records.size(), " of ", options.held_out, " scenes");
  return records;
}

CorpusScores score(const DemoOptions& options, const HeldOut& held_out, const std::vector<CaptionRecord>& records) {
  std::vector<AnnotatedImage> references;
  for (std::size_t i = 0; i < records.size(); ++i) {
    references.push_back({.file = held_out.files[i],
                          .id = {.text = held_out.files[i]},
                          .captions = describe_scene(held_out.scenes[i], options.scenes.seed + i, options.scenes.captions_per_picture)});
  }
  return evaluate_captions(references, records).scores;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f %%", 100 * share);
  return text;
}

std::string decimals(const char* form, double value) {
  char text[32];
  std::snprintf(text, sizeof(text), form, value);
  return text;
}

ReportSection figures(const DemoSummary& summary) {
  return {.title = "Is it true, and does it look?",
          .text = "Scenes are drawn from a description, so that both can be judged exactly, on scenes the model never saw.",
          .figures = {{percent(summary.verdicts.true_share()), "true captions", "every object, colour, count and relation said is there"},
                      {percent(summary.verdicts.grounding.pointing), "words on their thing",
                       "the most attended region of an object's word lies in its box"},
                      {decimals("%.2f", summary.scores.cider), "CIDEr", "BLEU-4 " + decimals("%.1f", 100 * summary.scores.bleu[3])},
                      {decimals("%.0f s", summary.train_seconds), "training",
                       std::to_string(summary.verdicts.scenes) + " scenes captioned in " + decimals("%.1f s", summary.caption_seconds)}}};
}

ReportSection learning_curve(const std::filesystem::path& log) {
  ReportCurve loss{.name = "loss"}, cider{.name = "CIDEr"};
  for (const auto& entry : read_train_log(log)) {
    if (!entry.contains("validation")) continue;
    loss.points.emplace_back(entry.at("epoch").get<double>(), entry.at("loss").get<double>());
    cider.points.emplace_back(entry.at("epoch").get<double>(), entry.at("validation").at("cider").get<double>());
  }
  return {.title = "How it learned",
          .charts = {{.title = "Training loss", .x_label = "epoch", .y_label = "nats a word", .curves = {loss}},
                     {.title = "Validation, captions written freely", .x_label = "epoch", .y_label = "CIDEr", .curves = {cider}}}};
}

/// The record of a scene at the side it is shown at.
CaptionRecord enlarged(CaptionRecord record, double factor) {
  auto& geometry = record.attention->geometry;
  geometry = {.width = kShownSide,
              .height = kShownSide,
              .left = geometry.left * factor,
              .top = geometry.top * factor,
              .crop_width = geometry.crop_width * factor,
              .crop_height = geometry.crop_height * factor};
  return record;
}

Picture draw_enlarged(Scene scene, double factor) {
  scene.side = kShownSide;
  for (auto& object : scene.objects) {
    object.box = {object.box.left * factor, object.box.top * factor, object.box.width * factor, object.box.height * factor};
  }
  return draw_scene(scene);
}

ReportSection pictures(const DemoOptions& options, const DemoSummary& summary, const HeldOut& held_out,
                       const std::vector<CaptionRecord>& records) {
  ReportSection section{
      .title = "What it says, and where it looks",
      .text = "The first scenes of those held out, not chosen. Point at a word, or step through them with the arrow keys."};
  const double factor = static_cast<double>(kShownSide) / options.scenes.side;
  for (int64_t i = 0; i < std::min<int64_t>(kShownPictures, std::ssize(records)); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto record = enlarged(records[at], factor);
    const auto picture = draw_enlarged(held_out.scenes[at], factor);
    const auto& reason = summary.verdicts.reasons[at];
    section.pictures.push_back(report_picture(record, picture, reason.empty() ? "true" : "not true: " + reason));
    if (i < kSheets) write_overlay(record, picture, options.output / "overlays", {.formats = {OverlayFormat::kSheet, OverlayFormat::kGif}});
  }
  return section;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What an earlier demo of other scenes or another configuration left is no beginning of this one. Nothing is removed, and nothing written,
/// in a folder that no demo made: demo.json, which comes first, tells.
void claim_folder(const DemoOptions& options) {
  namespace fs = std::filesystem;
  const auto mark = options.output / "demo.json";
  const nlohmann::json wanted = {{"scenes", to_source(options.scenes)}, {"config", options.config}};
  std::error_code error;
  fs::create_directories(options.output, error);
  if (error) throw Error(options.output.string(), "cannot be made a folder: " + error.message());
  if (fs::exists(mark)) {
    const auto found = read_json_file(mark);
    if (found == wanted) return;
    if (found.value("scenes", nlohmann::json()) != wanted["scenes"]) {
      for (const char* made : {"data", "pictures"}) fs::remove_all(options.output / made);
    }
    fs::remove_all(options.output / "run");
  } else if (!holds_only_leftovers(options.output)) {
    throw Error(options.output.string(), "holds what no demo made", "name a new or empty folder");
  }
  write_file_atomically(mark, wanted.dump(1) + "\n");
}

}  // namespace

DemoSummary run_demo(const DemoOptions& options) {
  claim_folder(options);
  const auto data = options.output / "data";
  if (!std::filesystem::exists(data / "dataset.json")) prepare_scenes(data, options.scenes);
  DemoSummary summary{.report = options.output / "report.html"};
  const auto trained = train({.data = data,
                              .output = options.output / "run",
                              .config = options.config,
                              .resume = true,
                              .quiet = options.quiet,
                              .device = options.device});
  summary.train_seconds = trained.seconds;

  const auto held_out = write_pictures(options);
  const auto model = load_model(trained.model, options.device);
  const auto start = std::chrono::steady_clock::now();
  const auto records = caption_held_out(options, model, held_out);
  summary.caption_seconds = seconds_since(start);
  summary.verdicts = judge_scenes(held_out.scenes, records);
  summary.scores = score(options, held_out, records);

  write_report(
      {.title = "Saccade",
       .text = "A captioner trained from nothing on synthetic scenes, and what each of its words looked at.",
       .sections = {figures(summary), pictures(options, summary, held_out, records), learning_curve(options.output / "run" / "log.jsonl")}},
      summary.report);
  return summary;
}

}  // namespace saccade
