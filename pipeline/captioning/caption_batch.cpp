#include "pipeline/captioning/caption_batch.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <new>

#include "data/error.h"
#include "pipeline/hypothesis_record.h"

namespace saccade {
namespace {

/// The GPU's allocator has a type for it; the CPU's says it in words.
bool is_out_of_memory(const c10::Error& error) {
  return dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr || error.msg().find("not enough memory") != std::string::npos;
}

}  // namespace

torch::Tensor stack_pictures(std::span<const FittedPicture> pictures) {
  const int64_t side = pictures.front().picture.width;
  auto batch = torch::empty({std::ssize(pictures), side, side, 3}, torch::kUInt8);
  auto* to = batch.data_ptr<uint8_t>();
  for (const auto& [picture, geometry] : pictures) to = std::copy(picture.rgb.begin(), picture.rgb.end(), to);
  return batch;
}

BatchCaptioner::BatchCaptioner(const LoadedModel& model, const BatchOptions& options)
    : model_(model),
      options_(options),
      regions_(model.captioner->encoder->regions(model.description.model.encoder.picture_size)),
      region_search_(model),
      most_together_(static_cast<std::size_t>(options.batch_pictures)) {}

std::vector<CaptionRecord> BatchCaptioner::caption(std::span<const FittedPicture> pictures) {
  std::vector<CaptionRecord> records;
  while (records.size() < pictures.size()) {
    const auto part = pictures.subspan(records.size(), std::min(most_together_, pictures.size() - records.size()));
    try {
      std::ranges::move(caption_together(part), std::back_inserter(records));
      continue;
    } catch (const c10::Error& error) {
      if (!is_out_of_memory(error)) throw;
    } catch (const std::bad_alloc&) {  // handled as above
    }
    if (part.size() == 1)
      throw Error("captioning", "memory does not suffice for one picture", "use a smaller beam, or a machine with more memory");
    most_together_ = part.size() / 2;
    std::cerr << "memory does not suffice for " << part.size() << " pictures at once; going on with " << most_together_ << "\n";
  }
  return records;
}

CaptionRecord BatchCaptioner::record_for(const std::vector<Hypothesis>& found, const FittedPicture& picture) const {
  auto record = record_of(found, model_.description.vocabulary, options_.alternatives);
  if (options_.attention == AttentionDetail::kRecord) record.attention = attention_of(found.front(), picture.geometry, regions_);
  return record;
}

std::vector<CaptionRecord> BatchCaptioner::caption_places(const torch::Tensor& features, std::span<const FittedPicture> pictures) {
  std::vector<CaptionRecord> records(pictures.size());
  std::map<std::vector<int64_t>, std::vector<int64_t>> alike;  // pictures by the regions that show the place
  for (std::size_t b = 0; b < pictures.size(); ++b) {
    try {
      const auto box = box_on(*options_.region, pictures[b].geometry);
      alike[regions_of(box, pictures[b].geometry, regions_)].push_back(static_cast<int64_t>(b));
      records[b].region = box;
    } catch (const Error& error) {
      records[b].error = error.what();
    }
  }
  for (const auto& [inside, places] : alike) {
    const auto indices = torch::tensor(places, torch::kLong).to(features.device());
    const auto found = region_search_.search(features.index_select(0, indices), inside, options_.search);
    for (std::size_t i = 0; i < places.size(); ++i) {
      auto& record = records[static_cast<std::size_t>(places[i])];
      const auto region = record.region;
      record = record_for(found[i], pictures[static_cast<std::size_t>(places[i])]);
      record.region = region;
    }
  }
  return records;
}

std::vector<CaptionRecord> BatchCaptioner::caption_together(std::span<const FittedPicture> pictures) {
  const torch::InferenceMode inference;
  const auto features = model_.encode(stack_pictures(pictures));  // [B, L, D]
  if (options_.region) return caption_places(features, pictures);
  const auto found = beam_search(*model_.captioner->decoder, features, options_.search);
  std::vector<CaptionRecord> records;
  for (std::size_t b = 0; b < pictures.size(); ++b) records.push_back(record_for(found[b], pictures[b]));
  return records;
}

}  // namespace saccade
