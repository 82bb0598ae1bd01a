#include "pipeline/training/feature_source.h"

#include <algorithm>

#include "data/error.h"

namespace saccade {

FeatureSource::FeatureSource(const PreparedDataset& dataset, const EncoderConfig& config, Captioner captioner,
                             const FeatureOptions& options)
    : dataset_(dataset), config_(config), captioner_(std::move(captioner)), device_(options.device) {
  if (config.trainable_from == "none") cache_ = cache_features(dataset, config, options);
}

torch::Tensor FeatureSource::of(const Batch& batch) {
  if (!cache_.features.defined()) return encode(batch.images, batch.mirrored);
  auto features = cache_.features.index_select(0, batch.images);  // [B, L, D]
  if (cache_.mirrored.defined()) {
    const auto rows = batch.mirrored.nonzero().squeeze(1);
    if (rows.numel() > 0) features.index_copy_(0, rows, cache_.mirrored.index_select(0, batch.images.index_select(0, rows)));
  }
  return features.to(device_).to(torch::kFloat);
}

torch::Tensor FeatureSource::of(const torch::Tensor& images) {
  if (cache_.features.defined()) return cache_.features.index_select(0, images).to(device_).to(torch::kFloat);
  const torch::NoGradGuard no_gradients;
  captioner_->encoder->eval();
  auto features = encode(images, torch::zeros({images.size(0)}, torch::kBool));
  captioner_->encoder->train();
  return features;
}

torch::Tensor FeatureSource::encode(const torch::Tensor& images, const torch::Tensor& mirrored) {
  const auto pixels = dataset_.pixels().index_select(0, images);  // [B, S, S, 3]
  const auto upright = torch::where(mirrored.view({-1, 1, 1, 1}), pixels.flip(2), pixels);
  return captioner_->encoder->forward(normalise_pictures(upright.to(device_), config_)).to(torch::kFloat);  // [B, L, D]
}

std::vector<std::string> freeze_encoder(EncoderModule& encoder, const EncoderConfig& config) {
  const auto stages = encoder.stages();
  auto first = stages.end();
  if (config.trainable_from == "all") {
    first = stages.begin();
  } else if (config.trainable_from != "none") {
    first = std::find(stages.begin(), stages.end(), config.trainable_from);
    if (first == stages.end()) {
      std::string known = "none, all";
      for (const auto& stage : stages) known += ", " + stage;
      throw Error("encoder.trainable_from", "there is no stage \"" + config.trainable_from + "\"", "one of: " + known);
    }
  }
  std::vector<std::string> trained;
  for (auto& item : encoder.named_parameters()) {
    const bool is_trained = config.trainable_from == "all" || std::any_of(first, stages.end(), [&](const std::string& stage) {
                              return item.key() == stage || item.key().starts_with(stage + ".");
                            });
    item.value().set_requires_grad(is_trained);
    if (is_trained) trained.push_back(item.key());
  }
  if (config.trainable_from != "none" && trained.empty()) {
    throw Error("encoder.trainable_from", "this encoder has nothing that can be trained", "use \"none\"");
  }
  return trained;
}

}  // namespace saccade
