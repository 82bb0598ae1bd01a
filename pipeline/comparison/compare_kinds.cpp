#include "pipeline/comparison/compare_kinds.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/files/json_document.h"
#include "pipeline/evaluate.h"
#include "pipeline/exception_message.h"
#include "pipeline/features.h"
#include "pipeline/stop_signal.h"
#include "pipeline/training/train.h"
#include "pipeline/training/train_log.h"

namespace saccade {
namespace {

std::string name_of(const std::string& kind, int64_t seed) { return kind + "-" + std::to_string(seed); }

ExperimentConfig config_of(const ComparisonOptions& options, const ModelKind& kind, int64_t seed) {
  auto json = options.config;
  json.merge_patch(kind.patch);
  auto overrides = options.overrides;
  overrides.push_back("training.seed=" + std::to_string(seed));
  return parse_config(json, kind.name, overrides);
}

double median_speed(const std::filesystem::path& log) {
  std::vector<double> speeds;
  for (const auto& entry : read_train_log(log)) {
    if (entry.contains("captions_per_second")) speeds.push_back(entry["captions_per_second"].get<double>());
  }
  if (speeds.empty()) return 0;
  std::ranges::sort(speeds);
  return speeds[speeds.size() / 2];
}

int64_t trained_parameters(const Captioner& captioner) {
  int64_t count = 0;
  for (const auto& parameter : captioner->decoder->parameters()) count += parameter.numel();
  return count;
}

/// Captions all pictures, and measures what was written and how attention behaved.
void measure(const LoadedModel& model, const TestMaterial& material, int64_t together, KindResult& result) {
  AttentionExaminer examiner(model, model.description.search, material.boxes());
  const auto& references = material.references();
  std::vector<CaptionRecord> records;
  for (std::size_t begin = 0; begin < references.size(); begin += static_cast<std::size_t>(together)) {
    StopSignal::throw_if_requested();
    std::vector<FittedPicture> batch;
    for (auto i = begin; i < std::min(begin + static_cast<std::size_t>(together), references.size()); ++i)
      batch.push_back(material.picture(i));
    for (auto& record : examiner.add(batch)) {
      record.image = references[records.size()].file;
      records.push_back(std::move(record));
    }
  }
  int64_t judged = 0, good = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (const auto verdict = material.is_true(i, records[i].caption)) {
      ++judged;
      good += *verdict ? 1 : 0;
    }
  }
  const auto scores = evaluate_captions(references, records).scores;
  result.bleu_4 = scores.bleu[3];
  result.cider = scores.cider;
  if (judged > 0) result.true_captions = static_cast<double>(good) / static_cast<double>(judged);
  result.health = to_json_health(examiner.result());
  result.caption_speed = static_cast<double>(records.size()) / std::max(examiner.caption_seconds(), 1e-9);
}

KindResult train_and_measure(const ComparisonOptions& options, const ExperimentConfig& config, const TestMaterial& material,
                             const std::string& kind, int64_t seed) {
  KindResult result{.kind = kind, .seed = seed};
  try {
    const auto run = options.output / "runs" / name_of(kind, seed);
    const auto trained =
        train({.data = options.data, .output = run, .config = config, .resume = true, .quiet = options.quiet, .device = options.device});
    const auto model = load_model(trained.model, options.device);
    result.train_seconds = trained.seconds;
    result.best_epoch = trained.best_epoch;
    result.train_speed = median_speed(run / "log.jsonl");
    result.parameters = trained_parameters(model.captioner);
    measure(model, material, options.batch_pictures, result);
  } catch (const Stopped&) {
    throw;
  } catch (const std::exception& error) {
    result = {.kind = kind, .seed = seed, .failure = message_of(error)};
  }
  return result;
}

/// Throws Error for a kind that could not be trained: what is wrong with one shall be known before days of work.
void require_possible(const ExperimentConfig& config, const std::string& kind) {
  constexpr int64_t kAnyVocabulary = 100;
  require_encoder_weights(config.encoder);
  try {
    Captioner captioner(ModelConfig{config.encoder, config.decoder}, kAnyVocabulary);
    load_encoder_weights(*captioner->encoder, config.encoder);
  } catch (const std::invalid_argument& error) {
    throw Error(kind, error.what());
  }
}

std::filesystem::path result_path(const ComparisonOptions& options, const ModelKind& kind, int64_t seed) {
  return options.output / "results" / (name_of(kind.name, seed) + ".json");
}

/// What a result depends on.
nlohmann::json source_of(const ExperimentConfig& config, const nlohmann::json& material) {
  return {{"config", config}, {"material", material}};
}

/// The result that stands in a file; none where there is no such file, or its source is another.
std::optional<KindResult> read_result(const std::filesystem::path& path, const nlohmann::json& source) {
  if (!std::filesystem::exists(path)) return {};
  try {
    const auto found = read_json_file(path);
    return found.value("source", nlohmann::json()) == source ? std::optional(kind_result_of(found)) : std::nullopt;
  } catch (const std::exception&) {
    throw Error(path.string(), "is no result of a comparison", "remove it, and it is measured anew");
  }
}

/// With which seeds a kind has results, in their order.
std::vector<int64_t> seeds_of(const std::filesystem::path& results, const std::string& kind) {
  std::vector<int64_t> seeds;
  if (!std::filesystem::exists(results)) return seeds;
  for (const auto& entry : std::filesystem::directory_iterator(results)) {
    const auto name = entry.path().stem().string();
    if (entry.path().extension() != ".json" || !name.starts_with(kind + "-")) continue;
    int64_t seed = 0;
    const auto* const end = name.data() + name.size();
    const auto [stop, failure] = std::from_chars(name.data() + kind.size() + 1, end, seed);
    if (failure == std::errc() && stop == end) seeds.push_back(seed);
  }
  std::ranges::sort(seeds);
  return seeds;
}

void tell_begin(const ModelKind& kind, int64_t seed, std::size_t number, std::size_t all) {
  std::cerr << kind.name << ", seed " << seed << " (" << number << " of " << all << ")\n";
}

}  // namespace

std::vector<KindResult> compare_kinds(const ComparisonOptions& options, const TestMaterial& material,
                                      const std::function<void(const KindResult&)>& tell) {
  std::vector<KindResult> results;
  std::filesystem::create_directories(options.output / "results");
  for (const auto& kind : options.kinds) {
    const auto is_done = [&](int64_t seed) { return std::filesystem::exists(result_path(options, kind, seed)); };
    if (!std::ranges::all_of(options.seeds, is_done)) require_possible(config_of(options, kind, 1), kind.name);
  }
  const auto described = material.description();
  std::map<std::string, KindResult> by_source;  // two names may mean the same
  for (const auto seed : options.seeds) {
    for (const auto& kind : options.kinds) {
      const auto config = config_of(options, kind, seed);
      const auto source = source_of(config, described);
      const auto path = result_path(options, kind, seed);
      auto result = read_result(path, source);
      if (!result) {
        if (std::filesystem::exists(path))
          throw Error(path.string(), "is of another configuration, or was measured on other pictures",
                      "name another folder with --output, or remove it");
        if (!options.quiet) tell_begin(kind, seed, results.size() + 1, options.seeds.size() * options.kinds.size());
        const auto twin = by_source.find(source.dump());
        result = twin != by_source.end() ? twin->second : train_and_measure(options, config, material, kind.name, seed);
        if (twin != by_source.end()) result->same_as = twin->second.kind;
        result->kind = kind.name;
        auto json = to_json(*result);
        json["source"] = source;
        if (result->failure.empty()) write_file_atomically(path, json.dump(1) + "\n");  // a failure is tried again
      }
      by_source.emplace(source.dump(), *result);
      results.push_back(*result);
      tell(*result);
    }
  }
  return results;
}

std::vector<KindResult> earlier_results(const ComparisonOptions& options, const std::vector<ModelKind>& kinds,
                                        const TestMaterial& material) {
  std::vector<KindResult> results;
  const auto described = material.description();
  for (const auto& kind : kinds) {
    for (const auto seed : seeds_of(options.output / "results", kind.name)) {
      try {
        const auto result = read_result(result_path(options, kind, seed), source_of(config_of(options, kind, seed), described));
        if (result) results.push_back(*result);
      } catch (const Error&) {
        continue;  // nobody asked for it now
      }
    }
  }
  return results;
}

nlohmann::json to_json(const KindResult& result) {
  nlohmann::json json = {{"kind", result.kind},
                         {"seed", result.seed},
                         {"parameters", result.parameters},
                         {"best_epoch", result.best_epoch},
                         {"bleu_4", result.bleu_4},
                         {"cider", result.cider},
                         {"true_captions", result.true_captions ? nlohmann::json(*result.true_captions) : nlohmann::json()},
                         {"health", result.health},
                         {"train_seconds", result.train_seconds},
                         {"train_captions_per_second", result.train_speed},
                         {"pictures_per_second", result.caption_speed}};
  if (!result.same_as.empty()) json["same_as"] = result.same_as;
  if (!result.failure.empty()) json = {{"kind", result.kind}, {"seed", result.seed}, {"failure", result.failure}};
  return json;
}

KindResult kind_result_of(const nlohmann::json& json) {
  KindResult result{.kind = json.at("kind"), .seed = json.at("seed"), .failure = json.value("failure", "")};
  if (!result.failure.empty()) return result;
  result.same_as = json.value("same_as", "");
  result.parameters = json.at("parameters");
  result.best_epoch = json.at("best_epoch");
  result.bleu_4 = json.at("bleu_4");
  result.cider = json.at("cider");
  if (!json.at("true_captions").is_null()) result.true_captions = json.at("true_captions").get<double>();
  result.health = json.at("health");
  result.train_seconds = json.at("train_seconds");
  result.train_speed = json.at("train_captions_per_second");
  result.caption_speed = json.at("pictures_per_second");
  return result;
}

}  // namespace saccade
