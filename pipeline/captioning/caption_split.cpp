#include "pipeline/captioning/caption_split.h"

#include "data/error.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {

FittedPicture prepared_picture(const PreparedDataset& dataset, int64_t image) {
  return {.picture = dataset.picture(image), .geometry = dataset.images()[static_cast<std::size_t>(image)].geometry};
}

void require_fitting_pictures(const LoadedModel& model, const PreparedDataset& dataset) {
  const auto& wanted = model.description;
  if (dataset.side() != wanted.model.encoder.picture_size || dataset.fit() != wanted.fit) {
    throw Error(dataset.folder().string(), "its pictures are not cut as the model takes them",
                "prepare it with --side " + std::to_string(wanted.model.encoder.picture_size) + " --fit " +
                    nlohmann::json(wanted.fit).get<std::string>());
  }
}

CaptionedSplit caption_split(const LoadedModel& model, const PreparedDataset& dataset, const std::string& split,
                             const BatchOptions& options, bool quiet) {
  require_fitting_pictures(model, dataset);
  const auto images = dataset.split(split);
  BatchCaptioner captioner(model, options);
  Progress progress({.total = std::ssize(images), .label = "captioning " + split, .unit = "pictures", .quiet = quiet});
  CaptionedSplit captioned;
  for (std::size_t begin = 0; begin < images.size(); begin += static_cast<std::size_t>(options.batch_pictures)) {
    StopSignal::throw_if_requested();
    std::vector<FittedPicture> batch;
    for (auto i = begin; i < std::min(begin + static_cast<std::size_t>(options.batch_pictures), images.size()); ++i) {
      const auto& image = dataset.images()[images[i]];
      captioned.references.push_back({.file = image.file, .id = image.id, .split = image.split, .captions = image.captions});
      batch.push_back(prepared_picture(dataset, images[i]));
    }
    for (auto& record : captioner.caption(batch)) {
      const auto& image = captioned.references[captioned.records.size()];
      record.image = image.file;
      record.id = image.id;
      captioned.records.push_back(std::move(record));
    }
    progress.advance(std::ssize(batch));
  }
  return captioned;
}

}  // namespace saccade
