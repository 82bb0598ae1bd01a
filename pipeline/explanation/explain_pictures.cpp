#include "pipeline/explanation/explain_pictures.h"

#include "data/files/atomic_file.h"
#include "pipeline/explanation/step_through.h"
#include "pipeline/overlay/overlay.h"
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

}  // namespace

ExplainTally explain_pictures(const LoadedModel& model, PictureSource& source, const ExplainPicturesOptions& options) {
  if (!options.gifs.empty()) std::filesystem::create_directories(options.gifs);  // before the work, which would be lost
  Progress progress({.total = source.count(), .label = "explaining", .unit = "pictures", .quiet = options.quiet});
  ExplainTally tally;
  ReportSection section;
  std::string lines;
  const auto tell = [&](nlohmann::ordered_json json) {
    lines += json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  };
  while (auto picture = source.next()) {
    tally.stopped = StopSignal::requested();
    if (tally.stopped) break;
    progress.advance();
    ExplainedOriginal explained;
    try {
      explained = explain_source(model, *picture, options.search);
    } catch (const std::exception& error) {
      tally.failures.emplace_back(error.what());
      tell(to_json_record({.image = picture->name, .error = error.what()}));
      continue;
    }
    ++tally.explained;
    const auto& [record, explanation] = explained.caption;
    auto json = to_json_record(record);
    json["explanation"] = to_json_explanation(explanation);
    tell(std::move(json));
    if (!options.gifs.empty())
      write_file_atomically(options.gifs / (safe_stem(record.image) + ".gif"), animate_steps(record, explanation, explained.original));
    if (!options.page.empty()) {
      section.pictures.push_back(report_picture(record, explained.original));
      section.pictures.back().explanation = explanation;
    }
  }
  if (!options.json.empty()) write_file_atomically(options.json, lines);
  if (!options.page.empty()) write_report({.title = "How each word came about", .sections = {std::move(section)}}, options.page);
  return tally;
}

}  // namespace saccade
