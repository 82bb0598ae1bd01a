#include "pipeline/demo/scene_gate.h"

namespace saccade {

SceneVerdicts judge_scenes(std::span<const Scene> scenes, std::span<const CaptionRecord> records) {
  TORCH_CHECK(scenes.size() == records.size(), "one record a scene: ", scenes.size(), " scenes, ", records.size(), " records");
  SceneVerdicts verdicts;
  GroundingMeter grounding;
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const auto verdict = check_caption(scenes[i], records[i].caption);
    ++verdicts.scenes;
    verdicts.true_captions += verdict.is_true;
    verdicts.reasons.push_back(verdict.reason);
    if (!records[i].attention) continue;
    std::vector<std::string> words;
    for (const auto& word : records[i].words) words.push_back(word.word);
    grounding.add(*records[i].attention, word_boxes(scenes[i], words));
  }
  verdicts.grounding = grounding.result();
  return verdicts;
}

}  // namespace saccade
