/// pipeline/: the jobs, and what only they need. Data sets and models enter; runs, captions, pictures and scores leave.
/// This header holds the whole configuration of an experiment: one struct a component, defaults said once, JSON only for what differs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "models/caption_loss.h"
#include "models/captioner.h"
#include "models/search/search_config.h"

namespace saccade {

enum class Optimiser { kAdam, kAdamW };
NLOHMANN_JSON_SERIALIZE_ENUM(Optimiser, {{Optimiser::kAdam, "adam"}, {Optimiser::kAdamW, "adamw"}})

enum class Schedule {
  kConstant,
  kCosine,   ///< from the learning rate to 0 over all steps
  kStep,     ///< times `decay_factor` every `decay_epochs`
  kPlateau,  ///< times `decay_factor` after each `decay_epochs` epochs without a better validation score
};
NLOHMANN_JSON_SERIALIZE_ENUM(Schedule, {{Schedule::kConstant, "constant"},
                                        {Schedule::kCosine, "cosine"},
                                        {Schedule::kStep, "step"},
                                        {Schedule::kPlateau, "plateau"}})

/// What the large products of training run in; weights, gradients and all else stay float32.
enum class Precision {
  kAuto,  ///< bfloat16 where the device computes faster in it
  kFloat32,
  kBfloat16,
};
NLOHMANN_JSON_SERIALIZE_ENUM(Precision, {{Precision::kAuto, "auto"}, {Precision::kFloat32, "float32"}, {Precision::kBfloat16, "bfloat16"}})

struct TrainingConfig {
  uint64_t seed = 1;
  int64_t epochs = 15;
  int64_t batch_pictures = 32;       ///< pictures a step, each with its captions
  int64_t captions_per_picture = 5;  ///< at most; which ones of more is drawn anew each epoch
  Optimiser optimiser = Optimiser::kAdamW;
  double learning_rate = 5e-4;
  double encoder_learning_rate = 1e-5;  ///< of the trainable stages of the encoder
  double weight_decay = 0.0;
  double gradient_clip = 5.0;  ///< largest norm of the whole gradient; 0: no limit
  Schedule schedule = Schedule::kCosine;
  int64_t warmup_steps = 200;   ///< the rate grows linearly over these first
  int64_t decay_epochs = 3;     ///< of the step and plateau schedules
  double decay_factor = 0.8;    ///< likewise
  double weight_average = 0.0;  ///< decay of the moving average of weights that is validated and saved; 0: the weights themselves
  Precision precision = Precision::kAuto;
  bool flips = false;    ///< half of the pictures mirrored, drawn anew each epoch
  int64_t patience = 5;  ///< epochs without a better validation score before training ends; 0: never
  std::string train_split = "train";
  std::string validation_split = "val";
  int64_t validation_pictures = 0;  ///< at most; 0: all
  double checkpoint_seconds = 300;  ///< between checkpoints within an epoch
  LossConfig loss;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TrainingConfig, seed, epochs, batch_pictures, captions_per_picture, optimiser,
                                                learning_rate, encoder_learning_rate, weight_decay, gradient_clip, schedule, warmup_steps,
                                                decay_epochs, decay_factor, weight_average, precision, flips, patience, train_split,
                                                validation_split, validation_pictures, checkpoint_seconds, loss)

struct ExperimentConfig {
  EncoderConfig encoder;
  DecoderConfig decoder;
  TrainingConfig training;
  SearchConfig search;  ///< of validation, and the default of captioning with the model
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(ExperimentConfig, encoder, decoder, training, search)

/// Reads a configuration, applies `overrides` ("training.epochs=3", JSON values or bare text), and checks it: unknown keys, wrong types,
/// unknown names of enumerations and impossible values are Errors with the path of the key. Paths of weights are taken relative to the
/// configuration file.
ExperimentConfig load_config(const std::filesystem::path& path, const std::vector<std::string>& overrides = {});

/// The same for JSON that is already there; `where` names it in messages.
ExperimentConfig parse_config(nlohmann::json json, const std::string& where, const std::vector<std::string>& overrides = {});

/// Throws Error for impossible values, naming the key after `where`.
void validate_search(const SearchConfig& search, const std::string& where);

}  // namespace saccade
