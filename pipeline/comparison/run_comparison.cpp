#include "pipeline/comparison/run_comparison.h"

#include <iostream>

#include "data/files/atomic_file.h"
#include "pipeline/comparison/comparison_table.h"
#include "pipeline/comparison/scene_encoder.h"

namespace saccade {
namespace {

constexpr int64_t kHeldOutScenes = 500;

/// The scenes in `comparison.data`, and the encoder of them in its configuration.
void make_scenes(ComparisonOptions& comparison, const SceneSetOptions& scenes) {
  if (!std::filesystem::exists(comparison.data / "dataset.json")) prepare_scenes(comparison.data, scenes);
  if (!needs_scene_encoder(parse_config(comparison.config, "configuration", comparison.overrides))) return;
  if (!comparison.quiet) std::cerr << "first the encoder of scenes, which all kinds share (encoder.weights names one that is there)\n";
  const auto encoder = train_scene_encoder(comparison.data, comparison.output / "encoder", comparison.device, comparison.quiet);
  // However `output` was written, it is the same configuration.
  comparison.config["encoder"]["weights"] = std::filesystem::weakly_canonical(encoder).string();
}

void write_tables(const std::vector<KindResult>& results, const std::filesystem::path& folder) {
  const auto table = comparison_table(results);
  write_file_atomically(folder / "comparison.txt", to_text(table));
  write_file_atomically(folder / "comparison.csv", to_csv(table));
  write_file_atomically(folder / "comparison.md", to_markdown(table));
  write_file_atomically(folder / "comparison.html", to_html(table, results, folder / "runs"));
}

}  // namespace

std::vector<KindResult> ComparisonResults::all() const {
  auto all = asked;
  all.insert(all.end(), earlier.begin(), earlier.end());
  return all;
}

ComparisonResults run_comparison(RunComparisonOptions options, const std::function<void(const KindResult&)>& tell) {
  auto& comparison = options.comparison;
  std::optional<PreparedDataset> dataset;
  std::unique_ptr<TestMaterial> material;
  if (options.scenes) {
    make_scenes(comparison, *options.scenes);
    material = scene_material(*options.scenes, options.pictures > 0 ? options.pictures : kHeldOutScenes);
  } else {
    dataset.emplace(comparison.data);
    material = material_of(*dataset, options.split, options.pictures);
  }
  ComparisonResults results{.earlier = earlier_results(comparison, options.known, *material)};
  results.asked = compare_kinds(comparison, *material, [&](const KindResult& result) {
    std::erase_if(results.earlier, [&](const KindResult& other) { return other.kind == result.kind && other.seed == result.seed; });
    results.asked.push_back(result);
    write_tables(results.all(), comparison.output);
    tell(result);
  });
  return results;
}

}  // namespace saccade
