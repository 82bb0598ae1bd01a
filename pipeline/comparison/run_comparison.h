#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "pipeline/comparison/compare_kinds.h"

namespace saccade {

struct RunComparisonOptions {
  ComparisonOptions comparison;
  std::optional<SceneSetOptions> scenes;  ///< those in comparison.data, which are made there once; none: it is a set of other pictures
  std::string split = "test";             ///< of other pictures, what is measured on; scenes are measured on those that no split holds
  int64_t pictures = 0;                   ///< measured on, at most; 0: the whole split, or 500 scenes
  std::vector<ModelKind> known;           ///< kinds that have a row, too, where they were compared before
};

struct ComparisonResults {
  std::vector<KindResult> asked;    ///< one of each pair of comparison.kinds and comparison.seeds
  std::vector<KindResult> earlier;  ///< of other pairs, from comparisons before

  std::vector<KindResult> all() const;
};

/// A comparison from its data to its tables: makes the scenes, trains the encoder that they share where the configuration names none,
/// compares the kinds, and after every run writes comparison.txt, .csv, .md and .html into comparison.output and calls `tell`. What was
/// done before is not done again. Throws as compare_kinds() does.
ComparisonResults run_comparison(RunComparisonOptions options, const std::function<void(const KindResult&)>& tell);

}  // namespace saccade
