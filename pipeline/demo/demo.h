/// The whole of Saccade on data that it makes itself: scenes, training, bulk captioning, overlays, scores, one page that shows it all.
#pragma once

#include "pipeline/config.h"
#include "pipeline/demo/scene_gate.h"
#include "pipeline/demo/scene_set.h"
#include "pipeline/metrics/metrics.h"

namespace saccade {

/// configs/scenes.json, which is part of the program, changed by `overrides` ("training.epochs=3").
ExperimentConfig scene_config(const std::vector<std::string>& overrides = {});

struct DemoOptions {
  std::filesystem::path output;
  SceneSetOptions scenes;
  ExperimentConfig config = scene_config();
  int64_t held_out = 500;  ///< scenes that are captioned and judged
  bool quiet = false;
  torch::Device device = torch::kCPU;
};

struct DemoSummary {
  std::filesystem::path report;  ///< report.html
  SceneVerdicts verdicts;
  CorpusScores scores;
  double train_seconds = 0, caption_seconds = 0;
};

/// Goes on where an interrupted call stopped. Leaves in `output`: data/, run/, pictures/, captions.jsonl, overlays/, report.html.
DemoSummary run_demo(const DemoOptions& options);

}  // namespace saccade
