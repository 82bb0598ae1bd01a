#include "pipeline/captioning/caption_batch.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <iostream>
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

std::vector<CaptionRecord> BatchCaptioner::caption_together(std::span<const FittedPicture> pictures) const {
  const torch::InferenceMode inference;
  const auto features = model_.encode(stack_pictures(pictures));  // [B, L, D]
  const auto found = beam_search(*model_.captioner->decoder, features, options_.search);
  std::vector<CaptionRecord> records;
  for (std::size_t b = 0; b < pictures.size(); ++b) {
    auto& record = records.emplace_back(record_of(found[b], model_.description.vocabulary, options_.alternatives));
    if (options_.attention == AttentionDetail::kRecord) record.attention = attention_of(found[b].front(), pictures[b].geometry, regions_);
  }
  return records;
}

}  // namespace saccade
