#include "pipeline/captioning/caption_batch.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <new>

#include "data/error.h"
#include "data/text/tokenizer.h"

namespace saccade {
namespace {

/// [B, S, S, 3] uint8
torch::Tensor stacked(std::span<const FittedPicture> pictures) {
  const int64_t side = pictures.front().picture.width;
  auto batch = torch::empty({std::ssize(pictures), side, side, 3}, torch::kUInt8);
  auto* to = batch.data_ptr<uint8_t>();
  for (const auto& [picture, geometry] : pictures) to = std::copy(picture.rgb.begin(), picture.rgb.end(), to);
  return batch;
}

/// The GPU's allocator has a type for it; the CPU's says it in words.
bool is_out_of_memory(const c10::Error& error) {
  return dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr || error.msg().find("not enough memory") != std::string::npos;
}

std::vector<std::string> words_of(const Hypothesis& hypothesis, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  words.reserve(hypothesis.tokens.size());
  for (const auto token : hypothesis.tokens) words.push_back(vocabulary.word(token));
  return words;
}

std::vector<std::vector<float>> rows_of(const torch::Tensor& weights) {
  const auto rows = weights.to(torch::kFloat32).contiguous();  // [T, L]
  const auto* from = rows.data_ptr<float>();
  std::vector<std::vector<float>> result;
  for (int64_t t = 0; t < rows.size(0); ++t, from += rows.size(1)) result.emplace_back(from, from + rows.size(1));
  return result;
}

}  // namespace

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
  const auto features = model_.encode(stacked(pictures));  // [B, L, D]
  const auto found = beam_search(*model_.captioner->decoder, features, options_.search);
  std::vector<CaptionRecord> records;
  for (std::size_t b = 0; b < pictures.size(); ++b) records.push_back(record_of(found[b], pictures[b].geometry));
  return records;
}

CaptionRecord BatchCaptioner::record_of(const std::vector<Hypothesis>& hypotheses, const PictureGeometry& geometry) const {
  const auto& vocabulary = model_.description.vocabulary;
  const auto& best = hypotheses.front();
  const auto words = words_of(best, vocabulary);
  CaptionRecord record{.caption = join_words(words), .log_probability = best.log_probability};
  for (std::size_t t = 0; t < words.size(); ++t) record.words.push_back({words[t], std::exp(best.log_probabilities[t])});
  const auto alternatives = std::min<std::size_t>(static_cast<std::size_t>(options_.alternatives), hypotheses.size() - 1);
  for (std::size_t n = 1; n <= alternatives; ++n) {
    record.alternatives.push_back({join_words(words_of(hypotheses[n], vocabulary)), hypotheses[n].log_probability});
  }
  if (options_.attention == AttentionDetail::kRecord) {
    record.attention = AttentionRecord{.geometry = geometry, .regions = regions_, .weights = rows_of(best.weights), .gates = best.gates};
  }
  return record;
}

}  // namespace saccade
