/// Is what the model says true, and does it look at what it says? On scenes both are known exactly.
#pragma once

#include <span>

#include "data/scenes/scene.h"
#include "pipeline/records.h"

namespace saccade {

struct SceneVerdicts {
  int64_t scenes = 0;
  int64_t true_captions = 0;  ///< every object, colour, count and relation said is there
  int64_t object_words = 0;   ///< of true captions and untrue, wherever the word names something that is there
  /// Of those, whose largest weight lies, by the centre of its region, inside a box of what they name (the pointing game).
  int64_t words_on_object = 0;
  std::vector<std::string> reasons;  ///< why, for each scene; empty where the caption is true

  double true_share() const { return scenes == 0 ? 0 : static_cast<double>(true_captions) / static_cast<double>(scenes); }
  double pointing() const { return object_words == 0 ? 0 : static_cast<double>(words_on_object) / static_cast<double>(object_words); }
};

/// One record a scene, in order, with attention.
SceneVerdicts judge_scenes(std::span<const Scene> scenes, std::span<const CaptionRecord> records);

}  // namespace saccade
