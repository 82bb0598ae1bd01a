/// What the models of a comparison are tested on: pictures as the network takes them, what people wrote of them, and boxes where they are
/// known.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pipeline/attention/examine.h"
#include "pipeline/demo/scene_set.h"

namespace saccade {

class TestMaterial {
 public:
  virtual ~TestMaterial() = default;

  virtual const std::vector<AnnotatedImage>& references() const = 0;  ///< one entry a picture
  virtual FittedPicture picture(std::size_t i) const = 0;
  virtual BoxesOfWords boxes() const = 0;  ///< empty where nothing is known
  /// Whether a caption is true of picture i; none where nobody can tell.
  virtual std::optional<bool> is_true(std::size_t i, const std::string& caption) const = 0;
  /// What results on it depend on: which pictures, and how many.
  virtual nlohmann::json description() const = 0;
};

/// A split of a prepared set, at most `pictures` of it, 0 for all.
std::unique_ptr<TestMaterial> material_of(const PreparedDataset& dataset, const std::string& split, int64_t pictures);

/// `count` scenes that no split of the set holds: their boxes, and what is true of them, are known exactly.
std::unique_ptr<TestMaterial> scene_material(const SceneSetOptions& options, int64_t count);

}  // namespace saccade
