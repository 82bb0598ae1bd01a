#include "pipeline/explanation/explain_pictures.h"

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "pipeline/exception_message.h"
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

void check_page(const std::filesystem::path& page, ExistingRecords existing) {
  const AtomicFile tried(page);  // removed again: only that it can be written
  if (existing == ExistingRecords::kRefuse && std::filesystem::exists(page))
    throw Error(page.string(), "is there already", "choose another name, or replace it with --overwrite");
}

}  // namespace

ExplainTally explain_pictures(const LoadedModel& model, PictureSource& source, const ExplainPicturesOptions& options) {
  if (!options.page.empty()) check_page(options.page, options.existing);  // all of it before the work, which would be lost
  if (!options.gifs.empty()) std::filesystem::create_directories(options.gifs);
  std::optional<RecordWriter> lines;
  if (!options.json.empty()) lines.emplace(options.json, RecordFormat::kJsonl, options.existing);
  Progress progress({.total = source.count(), .label = "explaining", .unit = "pictures", .quiet = options.quiet});
  ExplainTally tally;
  std::optional<ReportPages> pages;
  if (!options.page.empty()) pages.emplace(options.page, "How each word came about");
  while (auto picture = source.next()) {
    tally.stopped = StopSignal::requested();
    if (tally.stopped) break;
    progress.advance();
    ExplainedOriginal explained;
    try {
      explained = explain_source(model, *picture, options.search);
    } catch (const std::exception& error) {
      tally.failures.push_back(message_of(error));
      if (lines) lines->write({.image = picture->name, .error = tally.failures.back()});
      continue;
    }
    ++tally.explained;
    const auto& [record, explanation] = explained.caption;
    if (lines) {
      auto json = to_json_record(record);
      json["explanation"] = to_json_explanation(explanation);
      lines->write_json(json);
    }
    if (!options.gifs.empty())
      write_file_atomically(options.gifs / (safe_stem(record.image) + ".gif"), animate_steps(record, explanation, explained.original));
    if (pages) {
      auto shown = report_picture(record, explained.original);
      shown.explanation = explanation;
      pages->add(std::move(shown));
    }
  }
  if (lines) lines->finish();
  if (pages) pages->finish();
  return tally;
}

}  // namespace saccade
