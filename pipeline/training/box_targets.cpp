#include "pipeline/training/box_targets.h"

#include <algorithm>

#include "data/error.h"
#include "models/shapes.h"
#include "pipeline/attention/grounding.h"
#include "pipeline/attention/named_things.h"

namespace saccade {
namespace {

using Boxes = std::vector<PixelBox>;

/// tokens [T+1] → the words after the first, up to <end>.
std::vector<std::string> words_after_start(const torch::Tensor& tokens, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  const auto ids = tokens.accessor<int64_t, 1>();
  for (int64_t t = 1; t < ids.size(0) && ids[t] != kEndToken && ids[t] != kPadToken; ++t) words.push_back(vocabulary.word(ids[t]));
  return words;
}

/// The rows of one picture; its captions name the same few things over and over.
class RowsOfPicture {
 public:
  RowsOfPicture(int64_t side, const std::vector<RegionBox>& regions, bool is_mirrored)
      : side_(static_cast<int>(side)), regions_(regions), is_mirrored_(is_mirrored) {}

  /// [R]
  const torch::Tensor& of(const Boxes& boxes) {
    const auto known = std::ranges::find(rows_, boxes, &Row::boxes);
    if (known != rows_.end()) return known->inside;
    rows_.push_back({.boxes = boxes, .inside = make(boxes)});
    return rows_.back().inside;
  }

 private:
  struct Row {
    Boxes boxes;
    torch::Tensor inside;
  };

  torch::Tensor make(Boxes boxes) const {
    if (is_mirrored_) {
      for (auto& box : boxes) box.left = side_ - box.right();
    }
    std::vector<float> inside;
    for (const auto& region : regions_) {
      inside.push_back(static_cast<float>(share_inside(region, whole_picture(side_), boxes)));
    }
    return torch::tensor(inside);
  }

  int side_;
  const std::vector<RegionBox>& regions_;
  bool is_mirrored_;
  std::vector<Row> rows_;
};

}  // namespace

torch::Tensor box_targets(const Batch& batch, const PreparedDataset& dataset, const std::vector<RegionBox>& regions) {
  const auto pictures = batch.tokens.size(0), captions = batch.tokens.size(1), positions = batch.tokens.size(2) - 1;
  auto inside = torch::zeros({pictures, captions, positions, std::ssize(regions)});
  for (int64_t b = 0; b < pictures; ++b) {
    const auto image = batch.images[b].item<int64_t>();
    RowsOfPicture rows(dataset.side(), regions, batch.mirrored[b].item<bool>());
    for (int64_t k = 0; k < captions; ++k) {
      const auto boxes = boxes_of_words(words_after_start(batch.tokens[b][k], dataset.vocabulary()), dataset, image);
      for (std::size_t t = 0; t < boxes.size(); ++t) {
        if (!boxes[t].empty()) inside[b][k][static_cast<int64_t>(t)].copy_(rows.of(boxes[t]));
      }
    }
  }
  return inside;
}

void require_boxes(const PreparedDataset& dataset, const std::string& split) {
  const auto images = dataset.split(split);
  if (std::ranges::any_of(images, [&](int64_t image) { return !dataset.boxes().of(image).empty(); })) return;
  throw Error("training.loss.grounding", dataset.folder().string() + " has no boxes on pictures of split '" + split + "'",
              "prepare it with --boxes, or set this to 0");
}

}  // namespace saccade
