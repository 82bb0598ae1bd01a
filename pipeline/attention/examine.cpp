#include "pipeline/attention/examine.h"

#include <algorithm>
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

}  // namespace

AttentionExaminer::AttentionExaminer(const LoadedModel& model, const SearchConfig& search, BoxesOfWords boxes)
    : model_(model),
      search_(search),
      boxes_(std::move(boxes)),
      regions_(model.captioner->encoder->regions(model.description.model.encoder.picture_size)),
      faithfulness_(*model.captioner->decoder) {}

std::vector<CaptionRecord> AttentionExaminer::add(std::span<const FittedPicture> pictures) {
  if (pictures.empty()) return {};
  auto& decoder = *model_.captioner->decoder;
  torch::Tensor features;
  std::vector<std::vector<Hypothesis>> found;
  {
    const torch::NoGradGuard no_gradients;
    features = model_.encode(stack_pictures(pictures));
    found = beam_search(decoder, features, search_);
  }
  std::vector<CaptionRecord> records;
  for (std::size_t b = 0; b < pictures.size(); ++b, ++pictures_) {
    const auto& best = found[b].front();
    auto& record = records.emplace_back(record_of(found[b], model_.description.vocabulary));
    record.attention = attention_of(best, pictures[b].geometry, regions_);
    statistics_.add(*record.attention);
    if (boxes_) {
      std::vector<std::string> words;
      for (const auto& word : record.words) words.push_back(word.word);
      grounding_.add(*record.attention, boxes_(pictures_, words));
    }
    if (pictures_ >= kProbed || best.tokens.empty()) continue;
    const auto picture = features[static_cast<int64_t>(b)];
    faithfulness_.add(picture, best.tokens, best.weights);
    const auto steps = examine_steps(decoder, picture, best.tokens, pictures_);
    steps_.sensitivity += steps.sensitivity;
    if (steps.agreement) steps_.agreement = steps_.agreement.value_or(0) + *steps.agreement;
    ++probed_;
  }
  return records;
}

AttentionHealth AttentionExaminer::result() const {
  AttentionHealth health{.statistics = statistics_.result(), .faithfulness = faithfulness_.result()};
  if (probed_ > 0) health.steps.sensitivity = steps_.sensitivity / static_cast<double>(probed_);
  if (steps_.agreement) health.steps.agreement = *steps_.agreement / static_cast<double>(probed_);
  if (boxes_) health.grounding = grounding_.result();
  judge(health);
  return health;
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
  const auto instances = options.boxes.empty() ? Instances{} : read_instances(options.boxes);
  std::unordered_map<std::string, const ImageInstances*> by_file;
  for (const auto& image : instances.images) by_file.emplace(image.file, &image);
  auto images = dataset.split(split);
  if (options.pictures > 0 && std::ssize(images) > options.pictures) images.resize(static_cast<std::size_t>(options.pictures));
  BoxesOfWords boxes;
  if (!options.boxes.empty()) {
    boxes = [&](std::size_t picture, const std::vector<std::string>& words) {
      const auto& image = dataset.images()[static_cast<std::size_t>(images[picture])];
      const auto found = by_file.find(image.file);
      return found == by_file.end() ? std::vector<std::vector<PixelBox>>(words.size())
                                    : boxes_of_words(words, boxes_on_picture(*found->second, image.geometry.width, image.geometry.height));
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
