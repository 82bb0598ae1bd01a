/// Trains kinds of models on the same data, seeds and budget, and measures each in the same way.
#pragma once

#include <functional>
#include <optional>

#include "pipeline/comparison/kinds.h"
#include "pipeline/comparison/test_material.h"
#include "pipeline/config.h"

namespace saccade {

struct ComparisonOptions {
  std::filesystem::path data;    ///< a prepared set; for scenes, where they are put
  std::filesystem::path output;  ///< runs/KIND-SEED, results/KIND-SEED.json
  nlohmann::json config;         ///< common to all
  std::vector<std::string> overrides;
  std::vector<ModelKind> kinds;
  std::vector<int64_t> seeds{1};
  int64_t batch_pictures = 16;  ///< captioned together
  torch::Device device = torch::kCPU;
  bool quiet = false;
};

/// What is known of one kind with one seed. Scores as in CorpusScores.
struct KindResult {
  std::string kind;
  int64_t seed = 0;
  std::string same_as;  ///< the kind whose configuration it has, and whose result this is
  std::string failure;  ///< why there is no result; then the rest is empty
  int64_t parameters = 0, best_epoch = 0;
  double bleu_4 = 0, cider = 0;
  std::optional<double> true_captions;               ///< share, where it can be told
  nlohmann::json health = nlohmann::json::object();  ///< to_json_health()
  double train_seconds = 0;
  double train_speed = 0;    ///< captions/s, median over the log
  double caption_speed = 0;  ///< pictures/s, from pixels to captions
};

/// Kind by kind, seed by seed. A pair that has its result is passed over, and so is one whose configuration another kind had; a run that
/// was interrupted goes on. A kind that fails has its failure for a result, and the rest goes on; Stopped (stop_signal.h) ends it all.
/// Throws Error where `output` holds results of another configuration or of other material, and for a kind that could not be trained.
std::vector<KindResult> compare_kinds(const ComparisonOptions& options, const TestMaterial& material,
                                      const std::function<void(const KindResult&)>& tell);

/// What `output` holds of these kinds from earlier comparisons, with whichever seeds, by the same configuration and material.
std::vector<KindResult> earlier_results(const ComparisonOptions& options, const std::vector<ModelKind>& kinds,
                                        const TestMaterial& material);

nlohmann::json to_json(const KindResult& result);
KindResult kind_result_of(const nlohmann::json& json);

}  // namespace saccade
