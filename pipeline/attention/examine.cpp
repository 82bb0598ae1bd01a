#include "pipeline/attention/examine.h"

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "data/error.h"
#include "data/inputs/picture_source.h"
#include "pipeline/attention/named_things.h"
#include "pipeline/captioning/caption_split.h"
#include "pipeline/hypothesis_record.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

constexpr std::size_t kProbed = 100;  // captions

/// A picture and what is known to be on it.
struct Candidate {
  SourcePicture picture;
  const ImageInstances* instances = nullptr;
};

std::vector<Candidate> candidates_of(const ExaminationOptions& options, const Instances& instances) {
  std::vector<Candidate> candidates;
  if (options.boxes.empty()) {
    PictureSource source({.inputs = {options.images.string()}});
    while (auto picture = source.next()) candidates.push_back({.picture = std::move(*picture)});
  }
  for (const auto& image : instances.images) {
    candidates.push_back({.instances = &image});
    candidates.back().picture.name = (options.images / image.file).string();
  }
  if (options.pictures > 0 && std::ssize(candidates) > options.pictures) candidates.resize(static_cast<std::size_t>(options.pictures));
  return candidates;
}

/// Calls use(begin, end) for batch after batch, with progress.
template <typename Use>
void for_each_batch(std::size_t count, const ExaminationOptions& options, const Use& use) {
  Progress progress({.total = static_cast<int64_t>(count), .label = "examining", .unit = "pictures", .quiet = options.quiet});
  const auto together = static_cast<std::size_t>(options.batch_pictures);
  for (std::size_t begin = 0; begin < count; begin += together) {
    StopSignal::throw_if_requested();
    const auto end = std::min(begin + together, count);
    use(begin, end);
    progress.advance(static_cast<int64_t>(end - begin));
  }
}

/// What a file of boxes says of images of a set, by their place in it.
using InstancesOfImages = std::unordered_map<int64_t, std::vector<const ImageInstances*>>;

InstancesOfImages instances_of_images(const Instances& instances, const PreparedDataset& dataset) {
  std::vector<std::string> files;
  for (const auto& image : dataset.images()) files.push_back(image.file);
  const auto places = places_by_name(files);
  InstancesOfImages known;
  for (const auto& image : instances.images) {
    if (const auto place = places.find(image.file); place != places.end()) known[static_cast<int64_t>(place->second)].push_back(&image);
  }
  return known;
}

const PreparedImage& image_of(const PreparedDataset& dataset, int64_t image) { return dataset.images()[static_cast<std::size_t>(image)]; }

std::vector<NamedBox> things_of(const InstancesOfImages& known, int64_t image, const PictureGeometry& geometry) {
  std::vector<NamedBox> things;
  const auto found = known.find(image);
  if (found == known.end()) return things;
  for (const auto* instances : found->second) {
    const auto more = boxes_on_picture(*instances, geometry.width, geometry.height);
    things.insert(things.end(), more.begin(), more.end());
  }
  return things;
}

}  // namespace

BoxesOfWords boxes_of_set(const PreparedDataset& dataset, std::vector<int64_t> images) {
  if (std::ranges::all_of(images, [&](int64_t image) { return dataset.boxes().of(image).empty(); })) return {};
  return [&dataset, images = std::move(images)](std::size_t picture, const std::vector<std::string>& words) {
    const auto image = images.at(picture);
    auto boxes = boxes_of_words(words, dataset, image);
    for (auto& boxes_of_word : boxes) {
      for (auto& box : boxes_of_word) box = box_on_original(box, image_of(dataset, image).geometry, static_cast<int>(dataset.side()));
    }
    return boxes;
  };
}

AttentionExaminer::AttentionExaminer(const LoadedModel& model, const SearchConfig& search, BoxesOfWords boxes)
    : model_(model),
      search_(search),
      boxes_(std::move(boxes)),
      regions_(model.captioner->encoder->regions(model.description.model.encoder.picture_size)),
      meter_(*model.captioner->decoder, kProbed) {}

std::vector<CaptionRecord> AttentionExaminer::add(std::span<const FittedPicture> pictures) {
  if (pictures.empty()) return {};
  const auto start = std::chrono::steady_clock::now();
  torch::Tensor features;
  std::vector<std::vector<Hypothesis>> found;
  {
    const torch::NoGradGuard no_gradients;
    features = model_.encode(stack_pictures(pictures));
    found = beam_search(*model_.captioner->decoder, features, search_);
  }
  caption_seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::vector<CaptionRecord> records;
  for (std::size_t b = 0; b < pictures.size(); ++b, ++pictures_) {
    const auto& best = found[b].front();
    const auto& record = records.emplace_back(record_of(found[b], model_.description.vocabulary));
    const auto boxes = boxes_ ? std::optional(boxes_(pictures_, words_of(record))) : std::nullopt;
    meter_.add(features[static_cast<int64_t>(b)], best, attention_of(best, pictures[b].geometry, regions_), boxes);
  }
  return records;
}

Examination examine_pictures(const LoadedModel& model, const ExaminationOptions& options) {
  const auto instances = options.boxes.empty() ? Instances{} : read_instances(options.boxes);
  const auto candidates = candidates_of(options, instances);
  const auto& wanted = model.description;
  Examination examination{.bad_rows = instances.bad_row_count};
  std::vector<std::vector<NamedBox>> things;  // of the pictures that could be read
  BoxesOfWords boxes;
  if (!options.boxes.empty())
    boxes = [&](std::size_t picture, const std::vector<std::string>& words) { return boxes_of_words(words, things[picture]); };
  AttentionExaminer examiner(model, options.search, boxes);
  for_each_batch(candidates.size(), options, [&](std::size_t begin, std::size_t end) {
    std::vector<FittedPicture> batch;
    for (auto i = begin; i < end; ++i) {
      try {
        batch.push_back(load_fitted(candidates[i].picture, static_cast<int>(wanted.model.encoder.picture_size), wanted.fit).fitted);
      } catch (const Error& error) {
        examination.failures.emplace_back(error.what());
        continue;
      }
      if (candidates[i].instances != nullptr)
        things.push_back(boxes_on_picture(*candidates[i].instances, batch.back().geometry.width, batch.back().geometry.height));
    }
    examiner.add(batch);
  });
  examination.health = examiner.result();
  if (examination.failures.size() == candidates.size()) {
    throw Error(options.images.string(), candidates.empty() ? "there is no picture in it" : "none of its pictures can be read",
                examination.failures.empty() ? "expected a folder of pictures" : "the first: " + examination.failures.front());
  }
  return examination;
}

Examination examine_split(const LoadedModel& model, const PreparedDataset& dataset, const std::string& split,
                          const ExaminationOptions& options) {
  require_fitting_pictures(model, dataset);
  auto images = dataset.split(split);
  const auto instances = options.boxes.empty() ? Instances{} : read_instances(options.boxes);
  const auto known = options.boxes.empty() ? InstancesOfImages{} : instances_of_images(instances, dataset);
  if (!options.boxes.empty() && std::ranges::none_of(images, [&](int64_t image) { return known.contains(image); })) {
    throw Error(options.boxes.string(),
                "has boxes of none of the pictures of split '" + split + "' (its first: " + instances.images.front().file + ")",
                "its file_name should be as " + dataset.folder().string() + " names them: " + image_of(dataset, images.front()).file);
  }
  if (options.pictures > 0 && std::ssize(images) > options.pictures) images.resize(static_cast<std::size_t>(options.pictures));
  auto boxes = boxes_of_set(dataset, images);
  if (!options.boxes.empty()) {
    boxes = [&](std::size_t picture, const std::vector<std::string>& words) {
      return boxes_of_words(words, things_of(known, images[picture], image_of(dataset, images[picture]).geometry));
    };
  }
  AttentionExaminer examiner(model, options.search, boxes);
  for_each_batch(images.size(), options, [&](std::size_t begin, std::size_t end) {
    std::vector<FittedPicture> batch;
    for (auto i = begin; i < end; ++i) batch.push_back(prepared_picture(dataset, images[i]));
    examiner.add(batch);
  });
  return {.health = examiner.result(), .bad_rows = instances.bad_row_count};
}

}  // namespace saccade
