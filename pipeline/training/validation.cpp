#include "pipeline/training/validation.h"

#include "models/search/beam_search.h"
#include "pipeline/attention/health_meter.h"
#include "pipeline/attention/named_things.h"
#include "pipeline/hypothesis_record.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

constexpr std::size_t kBatch = 32;
constexpr std::size_t kShown = 4;

}  // namespace

Validation::Validation(const PreparedDataset& dataset, const std::string& split, int64_t pictures, std::vector<RegionBox> regions)
    : dataset_(dataset), regions_(std::move(regions)), images_(dataset.split(split)) {
  if (pictures > 0 && pictures < std::ssize(images_)) images_.resize(static_cast<std::size_t>(pictures));
  for (const int64_t image : images_) {
    auto& references = references_.emplace_back();
    for (const auto& caption : dataset.images()[image].captions) references.push_back(tokenize_for_scoring(caption));
  }
}

Validation::Result Validation::run(DecoderModule& decoder, const SearchConfig& search,
                                   const std::function<torch::Tensor(const torch::Tensor&)>& features) const {
  const torch::NoGradGuard no_gradients;
  const bool was_training = decoder.is_training();
  decoder.eval();
  Result result;
  std::vector<ScoredCaption> captions;
  HealthMeter meter(decoder, kShown);
  for (std::size_t begin = 0; begin < images_.size(); begin += kBatch) {
    StopSignal::throw_if_requested();
    const std::vector<int64_t> batch(images_.begin() + static_cast<std::ptrdiff_t>(begin),
                                     images_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kBatch, images_.size())));
    const auto seen = features(torch::tensor(batch));
    const auto found = beam_search(decoder, seen, search);
    for (std::size_t b = 0; b < found.size(); ++b) {
      const auto& best = found[b].front();
      auto record = record_of(found[b], dataset_.vocabulary());
      auto attention = attention_of(best, whole_picture(static_cast<int>(dataset_.side())), regions_);
      const auto image = images_[captions.size()];
      meter.add(seen[static_cast<int64_t>(b)], best, attention, boxes_of_words(words_of(record), dataset_, image));
      if (captions.size() < kShown) {
        record.image = dataset_.images()[static_cast<std::size_t>(image)].file;
        record.attention = std::move(attention);
        result.shown.push_back(record);
      }
      captions.push_back({tokenize_for_scoring(record.caption), references_[captions.size()]});
    }
  }
  decoder.train(was_training);
  result.scores = score_captions(captions);
  result.health = meter.result();
  return result;
}

Picture Validation::picture(std::size_t i) const { return dataset_.picture(images_.at(i)); }

}  // namespace saccade
