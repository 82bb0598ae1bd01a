#include "pipeline/training/train.h"

#include <chrono>
#include <cmath>
#include <iostream>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/file_lock.h"
#include "data/files/leftovers.h"
#include "models/mixed_precision.h"
#include "pipeline/model_file.h"
#include "pipeline/overlay/contact_sheet.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"
#include "pipeline/training/box_targets.h"
#include "pipeline/training/checkpoint.h"
#include "pipeline/training/feature_source.h"
#include "pipeline/training/optimiser.h"
#include "pipeline/training/schedule.h"
#include "pipeline/training/train_log.h"
#include "pipeline/training/validation.h"

namespace saccade {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

constexpr int64_t kLogEverySteps = 20;

torch::ScalarType product_type(Precision precision, torch::Device device) {
  switch (precision) {
    case Precision::kAuto:
      return fastest_inference_type(device);
    case Precision::kFloat32:
      return torch::kFloat;
    case Precision::kBfloat16:
      return torch::kBFloat16;
  }
  return torch::kFloat;
}

/// One run, from its first step or a checkpoint to its end.
class Trainer {
 public:
  explicit Trainer(const TrainOptions& options)
      : options_(options),
        config_(options.config),
        dataset_(options.data),
        planner_(dataset_, config_.training),
        captioner_(make_captioner()),
        regions_(captioner_->encoder->regions(config_.encoder.picture_size)),
        validation_(dataset_, config_.training.validation_split, config_.training.validation_pictures, regions_),
        optimiser_(parameter_groups(), statistics(), config_.training) {
    if (is_grounded()) require_boxes(dataset_, config_.training.train_split);
    open_run();
    features_.emplace(dataset_, config_.encoder, captioner_,  // the long work last: what can be refused has been
                      FeatureOptions{.device = options.device, .mirrored = config_.training.flips, .quiet = options.quiet});
  }

  TrainSummary run() {
    counted_until_ = Clock::now();
    while (progress_.epoch < config_.training.epochs && !is_out_of_patience()) {
      train_epoch();
      finish_epoch();
    }
    return {.model = options_.output / "best.safetensors",
            .epochs = progress_.epoch,
            .best_epoch = progress_.best_epoch + 1,
            .best_cider = progress_.best_score,
            .seconds = progress_.seconds,
            .stopped_early = progress_.epoch < config_.training.epochs};
  }

 private:
  Captioner make_captioner() {
    if (dataset_.side() != config_.encoder.picture_size) {
      throw Error(options_.data.string(),
                  "its pictures are " + std::to_string(dataset_.side()) + " pixels wide, encoder.picture_size is " +
                      std::to_string(config_.encoder.picture_size),
                  "make them equal");
    }
    torch::manual_seed(config_.training.seed);
    Captioner captioner(ModelConfig{config_.encoder, config_.decoder}, dataset_.vocabulary().size());
    load_encoder_weights(*captioner->encoder, config_.encoder);
    captioner->to(options_.device);
    return captioner;
  }

  std::vector<AdamOptimiser::Group> parameter_groups() {
    AdamOptimiser::Group decoder{.learning_rate = config_.training.learning_rate},
        encoder{.learning_rate = config_.training.encoder_learning_rate};
    for (auto& item : captioner_->decoder->named_parameters()) {
      decoder.names.push_back("decoder." + item.key());
      decoder.parameters.push_back(item.value());
    }
    const auto encoder_parameters = captioner_->encoder->named_parameters();
    for (const auto& name : freeze_encoder(*captioner_->encoder, config_.encoder)) {
      encoder.names.push_back("encoder." + name);
      encoder.parameters.push_back(encoder_parameters[name]);
    }
    if (encoder.parameters.empty()) return {decoder};
    return {decoder, encoder};
  }

  /// What forward passes change: running means and variances. Those of frozen stages stand still, and their averages with them.
  std::map<std::string, torch::Tensor> statistics() {
    std::map<std::string, torch::Tensor> found;
    const bool encoder_is_trained = config_.encoder.trainable_from != "none";
    for (auto& item : captioner_->named_buffers()) {
      const bool changes = encoder_is_trained || item.key().starts_with("decoder.");
      if (changes && item.value().is_floating_point()) found[item.key()] = item.value();
    }
    return found;
  }

  /// A new run, or the state of the newest checkpoint.
  void open_run() {
    const auto checkpoints = options_.output / "checkpoints";
    if (!options_.resume && std::filesystem::exists(options_.output / "config.json")) {
      throw Error(options_.output.string(), "holds a run already", "go on with it by --resume, or choose another --output");
    }
    std::filesystem::create_directories(options_.output);
    if (!std::filesystem::exists(options_.output / "config.json") && !holds_only_leftovers(options_.output)) {
      throw Error(options_.output.string(), "holds what is no run", "name a new or empty folder");
    }
    lock_.emplace(options_.output, "the run");
    remove_stale_temporaries(options_.output);
    if (const auto checkpoint = options_.resume ? load_newest_checkpoint(checkpoints) : std::nullopt) restore(*checkpoint);
    write_file_atomically(options_.output / "config.json", nlohmann::json(config_).dump(2) + "\n");
    log_.emplace(options_.output, progress_.step, progress_.epoch);
  }

  void restore(const Checkpoint& checkpoint) {
    const std::string where = options_.output.string();
    const auto changes = nlohmann::json::diff(nlohmann::json(parse_config(checkpoint.config, where)), nlohmann::json(config_));
    if (!changes.empty()) {
      throw Error(where, "was trained with another " + changes.front().at("path").get<std::string>(),
                  "resume with the configuration in its config.json");
    }
    if (checkpoint.data != dataset_.fingerprint()) throw Error(where, "was trained on another data set", "resume with the same --data");
    auto weights = checkpoint.tensors;
    std::erase_if(weights, [](const auto& item) { return item.first.starts_with("optimiser."); });
    auto report = load_weights(*captioner_, weights);
    std::erase_if(report.missing, [this](const std::string& name) { return is_frozen(name); });
    const auto& progress = checkpoint.progress;
    const bool is_sound = progress.epoch >= 0 && progress.batch >= 0 && progress.batch <= planner_.batches() && progress.step >= 0;
    if (!is_sound || !report.missing.empty() || !report.mismatched.empty() || !report.unexpected.empty() ||
        !optimiser_.load_state(checkpoint.tensors)) {
      throw Error(where, "its checkpoint does not fit the configuration", "remove the folder to train anew");
    }
    progress_ = checkpoint.progress;
  }

  void save() {
    progress_.seconds += seconds_since(counted_until_);
    counted_until_ = Clock::now();
    Checkpoint checkpoint{.progress = progress_, .tensors = optimiser_.state(), .config = config_, .data = dataset_.fingerprint()};
    for (auto& [name, tensor] : named_weights(*captioner_)) {
      if (!is_frozen(name)) checkpoint.tensors[name] = tensor;
    }
    save_checkpoint(options_.output / "checkpoints", checkpoint);
    last_save_ = Clock::now();
  }

  bool is_frozen(const std::string& name) const { return config_.encoder.trainable_from == "none" && name.starts_with("encoder."); }

  bool is_grounded() const { return config_.training.loss.grounding > 0; }

  bool is_out_of_patience() const { return config_.training.patience > 0 && progress_.epochs_without_gain >= config_.training.patience; }

  void train_epoch() {
    captioner_->train();
    const auto plan = planner_.plan(progress_.epoch);
    Progress bar({.total = std::ssize(plan) - progress_.batch,
                  .label = "epoch " + std::to_string(progress_.epoch + 1) + "/" + std::to_string(config_.training.epochs),
                  .unit = "steps",
                  .quiet = options_.quiet});
    const auto start = Clock::now();
    int64_t captions = 0;
    while (progress_.batch < std::ssize(plan)) {
      const auto batch = planner_.make(plan[static_cast<std::size_t>(progress_.batch)], progress_.epoch);
      captions += batch.tokens.size(0) * batch.tokens.size(1);
      train_step(batch);
      ++progress_.batch;
      ++progress_.step;
      bar.advance(1);
      if (progress_.step % kLogEverySteps == 0) log_step(static_cast<double>(captions) / seconds_since(start));
      if (StopSignal::requested()) {
        save();
        StopSignal::throw_if_requested();
      }
      if (seconds_since(last_save_) > config_.training.checkpoint_seconds) save();
    }
  }

  void train_step(const Batch& batch) {
    torch::manual_seed(config_.training.seed * 1'000'003 + static_cast<uint64_t>(progress_.step));  // dropout: a function of the step alone
    const auto tokens = batch.tokens.to(options_.device);
    const auto loss = forward(batch, tokens);
    optimiser_.zero_gradients();
    loss.total.backward();
    const auto norm = optimiser_.clip_gradients();
    const auto figures = torch::stack({loss.total.detach(), loss.cross_entropy, norm}).to(torch::kCPU, torch::kDouble);  // one copy back
    const auto value = figures[0].item<double>();
    gradient_norm_ = figures[2].item<double>();
    if (!std::isfinite(value) || !std::isfinite(gradient_norm_)) {
      throw Error(options_.output.string(), "the loss is not finite at step " + std::to_string(progress_.step),
                  "lower training.learning_rate; the last checkpoint is intact");
    }
    const int64_t steps_per_epoch = planner_.batches();
    optimiser_.step(schedule_factor(config_.training, progress_.step, steps_per_epoch) * progress_.plateau_factor);
    progress_.loss_sum += value;
    progress_.cross_entropy_sum += figures[1].item<double>();
  }

  CaptionLoss forward(const Batch& batch, const torch::Tensor& tokens) {
    std::optional<MixedPrecision> short_products;
    const auto shorten = [&] {
      if (product_type_ != torch::kFloat && !short_products) short_products.emplace(options_.device, product_type_);
    };
    if (!options_.device.is_cpu()) shorten();  // convolutions of bfloat16 are trained three times slower on a CPU: measured on a Zen 5
    const auto features = features_->of(batch);
    shorten();
    const auto output = captioner_->decoder->forward(features, tokens.narrow(2, 0, tokens.size(2) - 1));
    const auto inside = is_grounded() ? box_targets(batch, dataset_, regions_).to(options_.device) : torch::Tensor();
    const auto loss = caption_loss(output, tokens, config_.training.loss, inside);
    move_baseline(output, loss, config_.training.loss);
    return loss;
  }

  void log_step(double captions_per_second) {
    const double batches = static_cast<double>(progress_.batch);
    log_->write({{"step", progress_.step},
                 {"epoch", progress_.epoch + 1},
                 {"loss", progress_.loss_sum / batches},
                 {"cross_entropy", progress_.cross_entropy_sum / batches},
                 {"learning_rate", config_.training.learning_rate * progress_.plateau_factor *
                                       schedule_factor(config_.training, progress_.step, planner_.batches())},
                 {"gradient_norm", gradient_norm_},
                 {"captions_per_second", captions_per_second}});
  }

  /// Validates, keeps the best model, and makes the epoch durable.
  void finish_epoch() {
    save();  // a signal during validation loses no step
    optimiser_.swap_averages();
    const auto [scores, shown, health] =
        validation_.run(*captioner_->decoder, config_.search, [&](const torch::Tensor& images) { return features_->of(images); });
    const bool is_best = scores.cider > progress_.best_score;
    const double loss = progress_.loss_sum / static_cast<double>(progress_.batch);
    if (is_best) save_best(scores);
    optimiser_.swap_averages();

    progress_.best_score = is_best ? scores.cider : progress_.best_score;
    progress_.best_epoch = is_best ? progress_.epoch : progress_.best_epoch;
    progress_.epochs_without_gain = is_best ? 0 : progress_.epochs_without_gain + 1;
    const auto& training = config_.training;
    if (training.schedule == Schedule::kPlateau && !is_best && progress_.epochs_without_gain % training.decay_epochs == 0) {
      progress_.plateau_factor *= training.decay_factor;
    }
    nlohmann::json entry = {
        {"step", progress_.step},
        {"epoch", progress_.epoch + 1},
        {"loss", loss},
        {"validation", {{"bleu_1", scores.bleu[0]}, {"bleu_4", scores.bleu[3]}, {"rouge_l", scores.rouge_l}, {"cider", scores.cider}}},
        {"best", is_best}};
    entry.update(to_log(health));
    log_->write(entry);
    for (std::size_t i = 0; i < shown.size(); ++i) {
      log_->picture("overlays/" + std::to_string(i + 1), progress_.step, contact_sheet(shown[i], validation_.picture(i)));
    }
    if (!options_.quiet) {
      std::fprintf(stderr, "epoch %lld: loss %.4f, validation CIDEr %.1f, BLEU-4 %.1f%s\n", static_cast<long long>(progress_.epoch + 1),
                   loss, 100 * scores.cider, 100 * scores.bleu[3], is_best ? " (best)" : "");
    }
    ++progress_.epoch;
    progress_.batch = 0;
    progress_.loss_sum = progress_.cross_entropy_sum = 0;
    save();
  }

  void save_best(const CorpusScores& scores) {
    const nlohmann::json report = {{"data", dataset_.fingerprint()},
                                   {"epoch", progress_.epoch + 1},
                                   {"step", progress_.step},
                                   {"validation", {{"bleu_4", scores.bleu[3]}, {"rouge_l", scores.rouge_l}, {"cider", scores.cider}}},
                                   {"config", config_.training}};
    save_model(options_.output / "best.safetensors",
               {.model = {config_.encoder, config_.decoder},
                .search = config_.search,
                .fit = dataset_.fit(),
                .vocabulary = dataset_.vocabulary(),
                .training = report},
               captioner_);
  }

  const TrainOptions& options_;
  const ExperimentConfig& config_;
  PreparedDataset dataset_;
  BatchPlanner planner_;
  Captioner captioner_;
  const std::vector<RegionBox> regions_;
  Validation validation_;
  const torch::ScalarType product_type_ = product_type(config_.training.precision, options_.device);
  AdamOptimiser optimiser_;
  std::optional<FeatureSource> features_;
  TrainingProgress progress_;
  std::optional<FileLock> lock_;
  std::optional<TrainLog> log_;
  double gradient_norm_ = 0;  // of the last step
  Clock::time_point last_save_ = Clock::now(), counted_until_ = Clock::now();
};

}  // namespace

TrainSummary train(const TrainOptions& options) {
  const StopSignal stop;
  return Trainer(options).run();
}

}  // namespace saccade
