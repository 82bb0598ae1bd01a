/// One file is a model: weights and, in its metadata, all that captioning needs. Preprocessing can never drift from training.
#pragma once

#include <filesystem>
#include <optional>

#include "data/pictures/picture.h"
#include "data/text/vocabulary.h"
#include "models/load_weights.h"
#include "pipeline/config.h"

namespace saccade {

struct ModelDescription {
  ModelConfig model;
  SearchConfig search;             ///< default of captioning
  FitMode fit = FitMode::kSquash;  ///< how a picture becomes encoder.picture_size × encoder.picture_size
  Vocabulary vocabulary;
  nlohmann::json training;  ///< report: data fingerprint, epoch, scores; free for tools to print
};

struct LoadedModel {
  ModelDescription description;
  Captioner captioner{nullptr};  ///< in evaluation mode, the encoder optimised for inference, on `device`
  torch::Device device = torch::kCPU;

  /// pictures [B, S, S, 3] uint8, on the CPU → region features [B, L, D] float32 on the device.
  torch::Tensor encode(const torch::Tensor& pictures) const;
};

/// Atomic.
void save_model(const std::filesystem::path& path, const ModelDescription& description, const Captioner& captioner);

/// Throws Error for a file that is no model, or whose weights do not fit its configuration.
LoadedModel load_model(const std::filesystem::path& path, torch::Device device);

/// Throws Error, naming the first of each kind, unless the report is empty.
void require_all_weights(const WeightsReport& report, const std::filesystem::path& path);

/// Only what stands in the metadata. Throws Error for a file that is no model.
ModelDescription read_model_description(const std::filesystem::path& path);

}  // namespace saccade
