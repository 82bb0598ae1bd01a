#include "pipeline/demo/scene_set.h"

#include "data/prepared/prepared_dataset.h"

namespace saccade {

nlohmann::json to_source(const SceneSetOptions& options) {
  return {{"scenes",
           {{"seed", options.seed},
            {"side", options.side},
            {"train", options.train},
            {"validation", options.validation},
            {"captions_per_picture", options.captions_per_picture}}}};
}

void prepare_scenes(const std::filesystem::path& folder, const SceneSetOptions& options) {
  const int64_t count = options.train + options.validation;
  PreparedDatasetWriter writer(folder, {.side = options.side, .min_word_count = 1}, count);
  for (int64_t i = 0; i < count; ++i) {
    const auto scene = make_scene(options.seed, static_cast<uint64_t>(i), options.side);
    const std::string name = "scene-" + std::to_string(i);
    const auto side = static_cast<double>(options.side);
    writer.append({.file = name + ".png",
                   .id = {.text = name},
                   .split = i < options.train ? "train" : "val",
                   .geometry = {.width = options.side, .height = options.side, .crop_width = side, .crop_height = side},
                   .captions = describe_scene(scene, options.seed + static_cast<uint64_t>(i), options.captions_per_picture)},
                  draw_scene(scene));
  }
  writer.finish(to_source(options));
}

Scene held_out_scene(const SceneSetOptions& options, int64_t index) {
  return make_scene(options.seed, static_cast<uint64_t>(options.train + options.validation + index), options.side);
}

}  // namespace saccade
