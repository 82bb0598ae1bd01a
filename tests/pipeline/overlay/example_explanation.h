#pragma once

#include <cmath>

#include "pipeline/explanation/explanation.h"

namespace saccade {

/// Two layers of two heads over the regions of `record`, scores and queries that differ from word to word, three hops, self-attention, and
/// a caption without each word.
inline Explanation example_explanation(const CaptionRecord& record) {
  const auto regions = record.attention->regions.size();
  const auto wave = [](std::size_t size, double phase, double high) {
    std::vector<float> values;
    for (std::size_t i = 0; i < size; ++i) values.push_back(static_cast<float>(high * std::sin(phase + 0.7 * static_cast<double>(i))));
    return values;
  };
  const auto weights = [&](double phase) {
    auto row = wave(regions, phase, 3);
    float sum = 0;
    for (auto& value : row) sum += value = std::exp(value);
    for (auto& value : row) value /= sum;
    return row;
  };
  Explanation explanation{.heads = {"layer 1, head 1", "layer 1, head 2", "layer 2, head 1", "layer 2, head 2"}};
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    const auto phase = static_cast<double>(t);
    WordStep step{.candidates = {{record.words[t].word, record.words[t].probability}, {"cat", 0.04}, {"bird", 0.01}},
                  .query = wave(48, phase, 1),
                  .context = wave(64, 2 * phase, 0.5)};
    for (std::size_t head = 0; head < explanation.heads.size(); ++head) {
      step.scores.push_back(wave(regions, phase + static_cast<double>(head), 3));
      step.heads.push_back(weights(phase + static_cast<double>(head)));
    }
    explanation.steps.push_back(step);
    explanation.without.push_back({.regions = {static_cast<int>(t), static_cast<int>(t) + 1}, .probability = 0.1, .caption = "a cat runs"});
  }
  for (const auto* name : {"hop 1", "hop 2", "saliency"}) explanation.maps.push_back({name, {weights(static_cast<double>(name[4]))}});
  PictureMap pairs{.name = "block 1, head 1"};
  for (std::size_t region = 0; region < regions; ++region) pairs.rows.push_back(weights(static_cast<double>(region)));
  explanation.maps.push_back(pairs);
  return explanation;
}

}  // namespace saccade
