/// Is what the model says true, and does it look at what it says? On scenes both are known exactly.
#pragma once

#include <span>

#include "data/scenes/scene.h"
#include "pipeline/attention/grounding.h"

namespace saccade {

struct SceneVerdicts {
  int64_t scenes = 0;
  int64_t true_captions = 0;         ///< every object, colour, count and relation said is there
  Grounding grounding;               ///< of true captions and untrue, over words that name something that is there
  std::vector<std::string> reasons;  ///< why, for each scene; empty where the caption is true

  double true_share() const { return scenes == 0 ? 0 : static_cast<double>(true_captions) / static_cast<double>(scenes); }
};

/// One record a scene, in order, with attention.
SceneVerdicts judge_scenes(std::span<const Scene> scenes, std::span<const CaptionRecord> records);

}  // namespace saccade
