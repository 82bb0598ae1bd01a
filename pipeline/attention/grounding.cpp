#include "pipeline/attention/grounding.h"

#include <algorithm>

namespace saccade {
namespace {

PixelPoint on_original(const PictureGeometry& geometry, double x, double y) {
  return {.x = geometry.left + x * geometry.crop_width, .y = geometry.top + y * geometry.crop_height};
}

bool is_inside(const PixelPoint& point, const std::vector<PixelBox>& boxes) {
  return std::ranges::any_of(boxes, [&](const PixelBox& box) { return box.contains(point.x, point.y); });
}

constexpr RegionBox kWholeInput{.left = 0, .top = 0, .right = 1, .bottom = 1};

}  // namespace

double share_inside(const RegionBox& region, const PictureGeometry& geometry, const std::vector<PixelBox>& boxes) {
  return share_covered({.left = geometry.left + region.left * geometry.crop_width,
                        .top = geometry.top + region.top * geometry.crop_height,
                        .width = (region.right - region.left) * geometry.crop_width,
                        .height = (region.bottom - region.top) * geometry.crop_height},
                       boxes);
}

PixelPoint largest_weight_at(const AttentionRecord& attention, std::size_t word) {
  const auto& weights = attention.weights.at(word);
  std::size_t most = 0;
  float largest = -1;
  for (std::size_t region = 0; region < weights.size(); ++region) {
    if (weights[region] <= largest || !has_area(attention.regions.at(region))) continue;
    most = region;
    largest = weights[region];
  }
  const auto& region = attention.regions.at(most);
  return on_original(attention.geometry, (region.left + region.right) / 2, (region.top + region.bottom) / 2);
}

void GroundingMeter::add(const AttentionRecord& attention, const std::vector<std::vector<PixelBox>>& boxes) {
  const auto& geometry = attention.geometry;
  for (std::size_t word = 0; word < std::min(boxes.size(), attention.weights.size()); ++word) {
    if (boxes[word].empty()) continue;
    ++sums_.words;
    sums_.pointing += is_inside(largest_weight_at(attention, word), boxes[word]) ? 1 : 0;
    sums_.pointing_centre += is_inside(on_original(geometry, .5, .5), boxes[word]) ? 1 : 0;
    for (std::size_t region = 0; region < attention.regions.size(); ++region) {
      if (!has_area(attention.regions[region])) continue;
      sums_.mass_in_box += attention.weights[word].at(region) * share_inside(attention.regions[region], geometry, boxes[word]);
    }
    sums_.box_share += share_inside(kWholeInput, geometry, boxes[word]);
  }
}

Grounding GroundingMeter::result() const {
  auto mean = sums_;
  if (mean.words == 0) return mean;
  const auto words = static_cast<double>(mean.words);
  for (auto* sum : {&mean.pointing, &mean.pointing_centre, &mean.mass_in_box, &mean.box_share}) *sum /= words;
  return mean;
}

}  // namespace saccade
