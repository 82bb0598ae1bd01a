/// A small model with random weights, and pictures for it. It says nonsense, but different nonsense of different pictures.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "data/pictures/decode.h"
#include "data/scenes/scene.h"
#include "pipeline/model_file.h"

namespace saccade {

inline ModelDescription tiny_description() {
  std::vector<std::string> words = {"<pad>", "<start>", "<end>", "<unk>", "a", "狗"};
  for (const auto* word :
       {"red", "green", "blue", "dog", "cat", "runs", "sits", "on", "the", "grass", "and", "looks", "at", "two", "children"})
    words.emplace_back(word);
  return {.model = {.encoder = {.picture_size = 64}, .decoder = {.embedding_size = 24, .hidden_size = 32, .attention = {.size = 16}}},
          .search = {.beam_size = 3, .max_length = 8},
          .vocabulary = Vocabulary::from_words(words)};
}

/// Writes a model file and returns its path. The weights of its decoder are large, so that what it says depends on the picture.
inline std::filesystem::path write_tiny_model(const std::filesystem::path& path, uint64_t seed = 2) {
  torch::manual_seed(seed);
  const auto description = tiny_description();
  Captioner captioner(description.model, description.vocabulary.size());
  const torch::NoGradGuard no_gradients;
  for (auto& weights : captioner->decoder->parameters()) weights.mul_(5.0);
  save_model(path, description, captioner);
  return path;
}

/// `count` pictures of scenes, as scene-000.png and so on in `folder`, and what names they have.
inline std::vector<std::filesystem::path> write_scene_pictures(const std::filesystem::path& folder, int count) {
  std::filesystem::create_directories(folder);
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < count; ++i) {
    const auto png = encode_png(draw_scene(make_scene(7, static_cast<uint64_t>(i), 64)));
    auto number = std::to_string(i);
    number.insert(0, 3 - std::min<std::size_t>(3, number.size()), '0');
    paths.push_back(folder / ("scene-" + number + ".png"));
    std::ofstream(paths.back(), std::ios::binary).write(reinterpret_cast<const char*>(png.data()), std::ssize(png));
  }
  return paths;
}

}  // namespace saccade
