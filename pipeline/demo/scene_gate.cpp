#include "pipeline/demo/scene_gate.h"

#include <algorithm>

namespace saccade {
namespace {

/// The centre of the region that the word looked at most, in pixels of the scene.
std::pair<double, double> point_of(const std::vector<float>& weights, const AttentionRecord& attention) {
  const auto most = static_cast<std::size_t>(std::max_element(weights.begin(), weights.end()) - weights.begin());
  const auto& region = attention.regions.at(most);
  const auto& geometry = attention.geometry;
  return {geometry.left + (region.left + region.right) / 2 * geometry.crop_width,
          geometry.top + (region.top + region.bottom) / 2 * geometry.crop_height};
}

}  // namespace

SceneVerdicts judge_scenes(std::span<const Scene> scenes, std::span<const CaptionRecord> records) {
  TORCH_CHECK(scenes.size() == records.size(), "one record a scene: ", scenes.size(), " scenes, ", records.size(), " records");
  SceneVerdicts verdicts;
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const auto verdict = check_caption(scenes[i], records[i].caption);
    ++verdicts.scenes;
    verdicts.true_captions += verdict.is_true;
    verdicts.reasons.push_back(verdict.reason);
    if (!records[i].attention) continue;
    std::vector<std::string> words;
    for (const auto& word : records[i].words) words.push_back(word.word);
    const auto boxes = word_boxes(scenes[i], words);
    for (std::size_t t = 0; t < words.size(); ++t) {
      if (boxes[t].empty()) continue;
      const auto [x, y] = point_of(records[i].attention->weights.at(t), *records[i].attention);
      ++verdicts.object_words;
      verdicts.words_on_object +=
          std::any_of(boxes[t].begin(), boxes[t].end(), [x = x, y = y](const PixelBox& box) { return box.contains(x, y); });
    }
  }
  return verdicts;
}

}  // namespace saccade
