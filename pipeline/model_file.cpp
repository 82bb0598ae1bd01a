#include "pipeline/model_file.h"

#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/json_document.h"
#include "data/files/safetensors.h"
#include "models/load_weights.h"

namespace saccade {
namespace {

constexpr const char* kMetadataKey = "saccade";
constexpr int kFormat = 1;
constexpr const char* kScript = "encoder.script";  // of torchscript_encoder.h

nlohmann::json to_json(const ModelDescription& description) {
  return {{"format", kFormat},
          {"encoder", description.model.encoder},
          {"decoder", description.model.decoder},
          {"search", description.search},
          {"fit", description.fit},
          {"vocabulary", description.vocabulary.words()},
          {"training", description.training}};
}

Vocabulary read_vocabulary(const nlohmann::json& words, const std::string& where) {
  try {
    return Vocabulary::from_words(words.get<std::vector<std::string>>());
  } catch (const Error& error) {
    throw Error(where, error.what());
  }
}

ModelDescription read_description(const SafetensorsFile& file) {
  const std::string where = file.path().string();
  const auto text = file.metadata().find(kMetadataKey);
  if (text == file.metadata().end()) throw Error(where, "is no Saccade model", "give a model that `saccade train` wrote");
  const auto json = parse_json(text->second, where + ": metadata");
  try {
    if (json.at("format") != kFormat) {
      throw Error(where, "has format " + json.at("format").dump(), "this program reads format " + std::to_string(kFormat));
    }
    const auto config =
        parse_config({{"encoder", json.at("encoder")}, {"decoder", json.at("decoder")}, {"search", json.at("search")}}, where);
    return {.model = {config.encoder, config.decoder},
            .search = config.search,
            .fit = json.at("fit").get<FitMode>(),
            .vocabulary = read_vocabulary(json.at("vocabulary"), where),
            .training = json.at("training")};
  } catch (const Error& error) {
    if (std::string_view(error.what()).starts_with(where)) throw;
    throw Error(where, error.what());
  } catch (const nlohmann::json::exception& error) {
    throw Error(where, std::string("its metadata is damaged (") + error.what() + ")", "give a model that `saccade train` wrote");
  }
}

/// Sizes of the configuration that its own tensors cannot have: refused before anything is allocated by them.
void require_plausible_sizes(const ModelDescription& description, const SafetensorsFile& file) {
  int64_t numbers = 0;
  for (const auto& name : file.names()) {
    int64_t count = 1;
    for (const int64_t side : file.shape(name)) count *= side;
    numbers += count;
  }
  const auto& decoder = description.model.decoder;
  const auto& refiner = decoder.refiner;
  const auto& attention = decoder.attention;
  const int64_t hidden = decoder.hidden_size, words = description.vocabulary.size();
  const bool projects = refiner.kind == RefinerKind::kProjection || refiner.project;
  const bool has_hidden =
      refiner.kind != RefinerKind::kNone && refiner.kind != RefinerKind::kProjection && refiner.kind != RefinerKind::kLocalSum;
  int64_t largest = std::max({hidden * hidden, projects ? hidden * refiner.size : 0, has_hidden ? refiner.hidden_size : 0,
                              refiner.kind == RefinerKind::kStructured ? refiner.hops * refiner.hidden_size : 0,
                              projects && has_hidden ? refiner.size * refiner.hidden_size : 0});
  // What the decoder sees of a region, as far as the configuration tells.
  const int64_t seen = projects ? refiner.size : 0;
  if (refiner.kind == RefinerKind::kSelfAttention) largest = std::max(largest, refiner.blocks * 3 * seen * seen);
  if (decoder.kind == DecoderKind::kTransformer) {
    largest = std::max({largest, decoder.layers * hidden * hidden, decoder.layers * hidden * decoder.feed_forward_size, words * hidden});
  } else {
    const bool has_keys =
        attention.score != AttentionScore::kNone && attention.score != AttentionScore::kStart && attention.score != AttentionScore::kDot;
    const bool squares = attention.score == AttentionScore::kConcat || attention.values == AttentionValues::kProjected;
    const bool stacks = decoder.kind == DecoderKind::kStackedLstm;
    largest = std::max({largest, hidden * decoder.embedding_size, words * decoder.embedding_size, has_keys ? hidden * attention.size : 0,
                        squares ? attention.size * attention.size : 0,
                        attention.score == AttentionScore::kMlp ? attention.size * attention.size / attention.heads : 0,
                        stacks ? decoder.layers * hidden * hidden : 0, has_keys ? seen * attention.size : 0});
    if (decoder.gate == ContextGate::kAttentionOnAttention) {
      const int64_t context = attention.values == AttentionValues::kProjected ? attention.size : seen;
      largest = std::max(largest, 2 * context * context);
    }
  }
  if (largest > numbers)
    throw Error(file.path().string(), "its weights are too few for its configuration", "give a model that `saccade train` wrote");
}

/// The TorchScript file that a model file carries as bytes [n], unpacked for as long as this lives: LibTorch reads it from a file.
class UnpackedScript {
 public:
  explicit UnpackedScript(const torch::Tensor& bytes) {
    auto name = (std::filesystem::temp_directory_path() / "saccade-script-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor < 0) throw Error(name, "cannot be written", "set TMPDIR to a folder that can");
    ::close(descriptor);
    path_ = name;
    write_file_atomically(path_, {static_cast<const std::byte*>(bytes.const_data_ptr()), bytes.nbytes()});
  }
  ~UnpackedScript() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  UnpackedScript(const UnpackedScript&) = delete;
  UnpackedScript& operator=(const UnpackedScript&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string first_of(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return "";
  return std::string(" ") + what + " " + names.front() + (names.size() > 1 ? " and " + std::to_string(names.size() - 1) + " more;" : ";");
}

}  // namespace

torch::Tensor LoadedModel::encode(const torch::Tensor& pictures) const {
  const torch::NoGradGuard no_gradients;
  return captioner->encoder->forward(normalise_pictures(pictures.to(device), description.model.encoder));  // [B, L, D]
}

void save_model(const std::filesystem::path& path, const ModelDescription& description, const Captioner& captioner) {
  write_safetensors(path, named_weights(*captioner), {{kMetadataKey, to_json(description).dump()}});
}

ModelDescription read_model_description(const std::filesystem::path& path) { return read_description(SafetensorsFile(path)); }

void require_all_weights(const WeightsReport& report, const std::filesystem::path& path) {
  if (report.missing.empty() && report.unexpected.empty() && report.mismatched.empty()) return;
  throw Error(path.string(), "its weights do not fit:" + first_of("of another shape:", report.mismatched) +
                                 first_of("missing:", report.missing) + first_of("too many:", report.unexpected));
}

LoadedModel load_model(const std::filesystem::path& path, torch::Device device) {
  const SafetensorsFile file(path);
  LoadedModel model{.description = read_description(file), .device = device};
  require_plausible_sizes(model.description, file);
  auto networks = model.description.model;
  std::optional<UnpackedScript> script;
  if (networks.encoder.architecture == EncoderArchitecture::kTorchScript && file.contains(kScript)) {
    networks.encoder.weights = script.emplace(file.tensor(kScript)).path().string();
  }
  try {
    model.captioner = Captioner(networks, model.description.vocabulary.size());
  } catch (const std::invalid_argument& error) {
    throw Error(path.string(), error.what(), "give a model that `saccade train` wrote");
  }
  require_all_weights(load_weights(*model.captioner, file.tensors()), path);
  model.captioner->to(device);
  model.captioner->eval();
  model.captioner->encoder->optimise_for_inference(fastest_inference_type(device));
  return model;
}

}  // namespace saccade
