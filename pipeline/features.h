/// Region features of a whole data set by a frozen encoder: computed once, kept beside the data, read by every epoch.
#pragma once

#include "data/prepared/prepared_dataset.h"
#include "models/encoders/encoder.h"

namespace saccade {

struct FeatureCache {
  torch::Tensor features;  ///< [n, L, D] half, mapped; row i of picture i of the set
  torch::Tensor mirrored;  ///< the same of the mirrored pictures; undefined unless asked for
};

struct FeatureOptions {
  torch::Device device = torch::kCPU;
  bool mirrored = false;
  bool quiet = false;
};

/// Opens the features of `dataset` by `config`, computing what is not there yet. The file's name holds a hash of everything that the
/// features depend on, so that a change of encoder, weights or data makes another file.
FeatureCache cache_features(const PreparedDataset& dataset, const EncoderConfig& config, const FeatureOptions& options);

/// Throws Error for a frozen encoder that no file of weights is named for.
void require_encoder_weights(const EncoderConfig& config);

/// Fills the encoder from the file that `config.weights` names, if any. Throws Error where they do not fit; weights of a classifier ("fc.",
/// "classifier.") are passed over.
void load_encoder_weights(EncoderModule& encoder, const EncoderConfig& config);

}  // namespace saccade
