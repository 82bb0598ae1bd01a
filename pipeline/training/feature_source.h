#pragma once

#include "models/captioner.h"
#include "pipeline/features.h"
#include "pipeline/training/batches.h"

namespace saccade {

/// Region features for training and validation: read from the cache where the encoder is frozen, computed by it where it is trained.
class FeatureSource {
 public:
  FeatureSource(const PreparedDataset& dataset, const EncoderConfig& config, Captioner captioner, const FeatureOptions& options);

  /// [B, L, D] float on the device; gradients flow into the trainable stages of the encoder.
  torch::Tensor of(const Batch& batch);
  /// [B, L, D] of images as they are, the encoder in evaluation mode.
  torch::Tensor of(const torch::Tensor& images);

 private:
  torch::Tensor encode(const torch::Tensor& images, const torch::Tensor& mirrored);

  const PreparedDataset& dataset_;
  EncoderConfig config_;
  Captioner captioner_;
  torch::Device device_;
  FeatureCache cache_;  // empty where the encoder is trained
};

/// Parameters of the encoder that `config.trainable_from` leaves to training; the others get no gradients. Throws Error for an unknown
/// stage.
std::vector<std::string> freeze_encoder(EncoderModule& encoder, const EncoderConfig& config);

}  // namespace saccade
