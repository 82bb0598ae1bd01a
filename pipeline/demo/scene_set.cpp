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
  PreparedDatasetWriter writer(folder, {.side = options.side, .min_word_count = 1, .box_names = BoxNames::kSceneObjects}, count);
  for (int64_t i = 0; i < count; ++i) {
    const auto scene = make_scene(options.seed, static_cast<uint64_t>(i), options.side);
    const std::string name = "scene-" + std::to_string(i);
    std::vector<NamedBox> boxes;
    for (const auto& object : scene.objects) boxes.push_back({.category = name_of_object(object), .box = object.box});
    writer.append({.file = name + ".png",
                   .id = {.text = name},
                   .split = i < options.train ? "train" : "val",
                   .geometry = whole_picture(options.side),
                   .captions = describe_scene(scene, options.seed + static_cast<uint64_t>(i), options.captions_per_picture)},
                  draw_scene(scene), boxes);
  }
  writer.finish(to_source(options));
}

Scene held_out_scene(const SceneSetOptions& options, int64_t index) {
  return make_scene(options.seed, static_cast<uint64_t>(options.train + options.validation + index), options.side);
}

}  // namespace saccade
