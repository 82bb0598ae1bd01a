#include "pipeline/features.h"

#include "data/error.h"
#include "data/files/hash.h"
#include "data/files/safetensors.h"
#include "models/captioner.h"
#include "models/load_weights.h"
#include "pipeline/model_file.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

constexpr int64_t kBatch = 16;
constexpr const char* kTensor = "features";

std::string feature_key(const PreparedDataset& dataset, EncoderConfig config, torch::ScalarType type) {
  const std::string weights = config.weights.empty() ? "" : hash_file(config.weights);
  config.weights.clear();  // its content counts, not its path
  config.trainable_from = "none";
  return hash_text(dataset.fingerprint() + weights + nlohmann::json(config).dump() + torch::toString(type)).substr(0, 16);
}

torch::Tensor open_features(const std::filesystem::path& path, int64_t rows) {
  const SafetensorsFile file(path);
  auto features = file.tensor(kTensor);
  if (features.dim() != 3 || features.size(0) != rows)
    throw Error(path.string(), "does not fit its data set", "remove it; it is made anew");
  return features;
}

void compute_features(const PreparedDataset& dataset, EncoderModule& encoder, const EncoderConfig& config, const FeatureOptions& options,
                      const std::filesystem::path& path, bool mirrored) {
  const torch::NoGradGuard no_gradients;
  const int64_t count = dataset.pixels().size(0);
  const auto regions = static_cast<int64_t>(encoder.regions(config.picture_size).size());
  SafetensorsRows rows(path, kTensor, torch::kHalf, {count, regions, encoder.feature_size()}, {}, CutShort::kLeavesItsStart);
  const int64_t done = rows.rows_written();  // by a run that was stopped here
  Progress progress(
      {.total = count - done, .label = mirrored ? "features, mirrored" : "features", .unit = "pictures", .quiet = options.quiet});
  for (int64_t begin = done; begin < count; begin += kBatch) {
    StopSignal::throw_if_requested();
    auto pixels = dataset.pixels().slice(0, begin, std::min(begin + kBatch, count)).to(options.device);  // [B, S, S, 3]
    if (mirrored) pixels = pixels.flip(2);
    const auto features = encoder.forward(normalise_pictures(pixels, config));  // [B, L, D]
    rows.append(features.clamp(-65504, 65504).to(torch::kHalf).cpu());
    progress.advance(pixels.size(0));
  }
  rows.finish();
}

/// The encoder's part of a model that was trained here, by the encoder's own names.
NamedTensors encoder_of_model(const NamedTensors& tensors) {
  constexpr std::string_view kPart = "encoder.";
  NamedTensors encoder;
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(kPart)) encoder.emplace(name.substr(kPart.size()), tensor);
  }
  return encoder;
}

bool is_of_classifier(const std::string& name) { return name.starts_with("fc.") || name.starts_with("classifier."); }

}  // namespace

void require_encoder_weights(const EncoderConfig& config) {
  if (config.architecture == EncoderArchitecture::kTorchScript || !config.weights.empty() || config.trainable_from != "none") return;
  throw Error("encoder.weights", "names no file, and a frozen encoder with random weights sees nothing",
              "give a safetensors file with torchvision's names, or train it with encoder.trainable_from = all");
}

void load_encoder_weights(EncoderModule& encoder, const EncoderConfig& config) {
  require_encoder_weights(config);
  if (config.architecture == EncoderArchitecture::kTorchScript || config.weights.empty()) return;  // TorchScript's file is the network
  const SafetensorsFile file(config.weights);
  auto tensors = file.metadata().contains("saccade") ? encoder_of_model(file.tensors()) : file.tensors();
  std::erase_if(tensors, [](const auto& item) { return is_of_classifier(item.first); });
  auto report = load_weights(encoder, tensors);
  if (config.layer == RegionLayer::kStride16) report.unexpected.clear();  // layers beyond the one that is wanted
  require_all_weights(report, config.weights);
}

FeatureCache cache_features(const PreparedDataset& dataset, const EncoderConfig& config, const FeatureOptions& options) {
  const auto type = fastest_inference_type(options.device);
  const std::string key = feature_key(dataset, config, type);
  std::shared_ptr<EncoderModule> encoder;
  const auto open = [&](bool mirrored) {
    const auto path = dataset.folder() / ("features-" + key + (mirrored ? "-mirrored" : "") + ".safetensors");
    if (!std::filesystem::exists(path)) {
      if (!encoder) {
        dataset.verify_pixels();
        encoder = make_encoder(config);
        load_encoder_weights(*encoder, config);
        encoder->eval();
        encoder->to(options.device);
        encoder->optimise_for_inference(type);
      }
      compute_features(dataset, *encoder, config, options, path, mirrored);
    }
    return open_features(path, dataset.pixels().size(0));
  };
  FeatureCache cache{.features = open(false)};
  if (options.mirrored) cache.mirrored = open(true);
  return cache;
}

}  // namespace saccade
