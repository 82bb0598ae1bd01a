#include "pipeline/explanation/explain_pictures.h"

#include <fstream>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "pipeline/explanation/step_through.h"
#include "pipeline/overlay/overlay.h"
#include "pipeline/overlay/report_pages.h"
#include "pipeline/overlay/words.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

struct ExplainedOriginal {
  ExplainedCaption caption;
  Picture original;
};

ExplainedOriginal explain_source(const LoadedModel& model, const SourcePicture& picture, const SearchConfig& search) {
  const auto bytes = picture.read();
  const auto side = static_cast<int>(model.description.model.encoder.picture_size);
  const auto loaded = load_fitted(bytes, picture.name, side, model.description.fit);
  ExplainedOriginal explained{.caption = explain_picture(model, loaded.fitted, search),
                              .original = decode_picture(bytes, picture.name).picture};
  auto& record = explained.caption.record;
  record.image = picture.name;
  for (const auto& warning : loaded.warnings) record.warning += (record.warning.empty() ? "" : "; ") + warning;
  return explained;
}

/// JSON, a line a picture, each on the disk before the next picture is begun.
class Lines {
 public:
  explicit Lines(std::filesystem::path path) : path_(std::move(path)), file_(path_) { check(); }

  void add(const nlohmann::ordered_json& json) {
    file_ << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n" << std::flush;
    check();
  }

 private:
  void check() const {
    if (!file_) throw Error(path_.string(), "cannot be written");
  }

  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace

ExplainTally explain_pictures(const LoadedModel& model, PictureSource& source, const ExplainPicturesOptions& options) {
  if (!options.gifs.empty()) std::filesystem::create_directories(options.gifs);  // before the work, which would be lost
  Progress progress({.total = source.count(), .label = "explaining", .unit = "pictures", .quiet = options.quiet});
  ExplainTally tally;
  std::optional<ReportPages> pages;
  std::optional<Lines> lines;
  if (!options.page.empty()) pages.emplace(options.page, "How each word came about");
  if (!options.json.empty()) lines.emplace(options.json);
  while (auto picture = source.next()) {
    tally.stopped = StopSignal::requested();
    if (tally.stopped) break;
    progress.advance();
    ExplainedOriginal explained;
    try {
      explained = explain_source(model, *picture, options.search);
    } catch (const std::exception& error) {
      tally.failures.emplace_back(error.what());
      if (lines) lines->add(to_json_record({.image = picture->name, .error = error.what()}));
      continue;
    }
    ++tally.explained;
    const auto& [record, explanation] = explained.caption;
    if (lines) {
      auto json = to_json_record(record);
      json["explanation"] = to_json_explanation(explanation);
      lines->add(json);
    }
    if (!options.gifs.empty())
      write_file_atomically(options.gifs / (safe_stem(record.image) + ".gif"), animate_steps(record, explanation, explained.original));
    if (pages) {
      auto shown = report_picture(record, explained.original);
      shown.explanation = explanation;
      pages->add(std::move(shown));
    }
  }
  if (pages) pages->finish();
  return tally;
}

}  // namespace saccade
