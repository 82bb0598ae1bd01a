#include "pipeline/comparison/test_material.h"

#include "pipeline/captioning/caption_split.h"

namespace saccade {
namespace {

class SplitMaterial : public TestMaterial {
 public:
  SplitMaterial(const PreparedDataset& dataset, const std::string& split, int64_t pictures)
      : dataset_(dataset), split_(split), images_(dataset.split(split)) {
    if (pictures > 0 && pictures < std::ssize(images_)) images_.resize(static_cast<std::size_t>(pictures));
    for (const auto i : images_) {
      const auto& image = dataset.images()[static_cast<std::size_t>(i)];
      references_.push_back({.file = image.file, .id = image.id, .split = image.split, .captions = image.captions});
    }
  }

  const std::vector<AnnotatedImage>& references() const override { return references_; }
  FittedPicture picture(std::size_t i) const override { return prepared_picture(dataset_, images_[i]); }
  BoxesOfWords boxes() const override { return boxes_of_set(dataset_, images_); }
  std::optional<bool> is_true(std::size_t, const std::string&) const override { return {}; }
  nlohmann::json description() const override {
    return {{"data", dataset_.fingerprint()}, {"split", split_}, {"pictures", images_.size()}};
  }

 private:
  const PreparedDataset& dataset_;
  std::string split_;
  std::vector<int64_t> images_;
  std::vector<AnnotatedImage> references_;
};

class SceneMaterial : public TestMaterial {
 public:
  SceneMaterial(const SceneSetOptions& options, int64_t count) : options_(options) {
    for (int64_t i = 0; i < count; ++i) {
      const auto& scene = scenes_.emplace_back(held_out_scene(options, i));
      const auto name = std::to_string(i) + ".png";
      const auto seed = options.seed + static_cast<uint64_t>(i);
      references_.push_back({.file = name, .id = {.text = name}, .captions = describe_scene(scene, seed, options.captions_per_picture)});
    }
  }

  const std::vector<AnnotatedImage>& references() const override { return references_; }
  FittedPicture picture(std::size_t i) const override { return fit_picture(draw_scene(scenes_[i]), options_.side, FitMode::kSquash); }
  BoxesOfWords boxes() const override {
    return [this](std::size_t i, const std::vector<std::string>& words) { return word_boxes(scenes_[i], words); };
  }
  std::optional<bool> is_true(std::size_t i, const std::string& caption) const override {
    return check_caption(scenes_[i], caption).is_true;
  }
  nlohmann::json description() const override {
    auto description = to_source(options_);
    description["pictures"] = scenes_.size();
    return description;
  }

 private:
  SceneSetOptions options_;
  std::vector<Scene> scenes_;
  std::vector<AnnotatedImage> references_;
};

}  // namespace

std::unique_ptr<TestMaterial> material_of(const PreparedDataset& dataset, const std::string& split, int64_t pictures) {
  return std::make_unique<SplitMaterial>(dataset, split, pictures);
}

std::unique_ptr<TestMaterial> scene_material(const SceneSetOptions& options, int64_t count) {
  return std::make_unique<SceneMaterial>(options, count);
}

}  // namespace saccade
