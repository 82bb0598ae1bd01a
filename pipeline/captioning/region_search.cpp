#include "pipeline/captioning/region_search.h"

#include "models/refiners/refiner.h"

namespace saccade {

DecoderModule& RegionSearch::decoder_of(const std::vector<int64_t>& inside) {
  const auto& description = model_.description;
  const auto& config = description.model.decoder;
  if (!needs_boxes(config.refiner)) return *model_.captioner->decoder;
  if (made_ && made_for_ == inside) return *made_;
  const c10::InferenceMode ordinary_tensors(false);
  const auto& encoder = *model_.captioner->encoder;
  const auto regions = encoder.regions(description.model.encoder.picture_size);
  std::vector<RegionBox> boxes;
  for (const auto region : inside) boxes.push_back(regions[static_cast<std::size_t>(region)]);
  made_ = make_decoder(config, encoder.feature_size(), description.vocabulary.size(), boxes);
  const auto report = load_weights(*made_, named_weights(*model_.captioner->decoder));
  TORCH_CHECK(report.missing.empty() && report.unexpected.empty() && report.mismatched.empty(),
              "a decoder's weights do not depend on boxes");
  made_->to(model_.device);
  made_->eval();
  made_for_ = inside;
  return *made_;
}

std::vector<std::vector<Hypothesis>> RegionSearch::search(const torch::Tensor& features, const std::vector<int64_t>& inside,
                                                          const SearchConfig& config) {
  const auto indices = torch::tensor(inside, torch::kLong);
  auto found = beam_search(decoder_of(inside), features.index_select(1, indices.to(features.device())), config);
  for (auto& hypotheses : found) {
    for (auto& hypothesis : hypotheses) {
      hypothesis.weights = torch::zeros({hypothesis.weights.size(0), features.size(1)}).index_copy_(1, indices, hypothesis.weights);
    }
  }
  return found;
}

}  // namespace saccade
