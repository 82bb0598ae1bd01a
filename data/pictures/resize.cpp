#include "data/pictures/resize.h"

#include <algorithm>
#include <cmath>

namespace saccade {
namespace {

constexpr int kWeightBits = 14,
              kKeptBits = 6;  // weights of a pixel sum to 2^14; between the passes a value keeps 6 bits of fraction: both fit 16 bits

// One output pixel on one axis: the sum of weights[i] * source[first + i].
struct Taps {
  int first = 0;
  std::vector<int16_t> weights;
};

// Cumulated shares are rounded, not the shares: the weights sum to one exactly, however many there are.
Taps area_taps(double begin, double end, int size) {
  const double scale = (1 << kWeightBits) / (end - begin);
  Taps taps{.first = std::clamp(static_cast<int>(std::floor(begin)), 0, size - 1)};
  long given = 0;
  for (int i = taps.first; i < size; ++i) {
    const bool last = i + 1 >= end || i + 1 == size;
    const long due = last ? 1 << kWeightBits : std::lround((i + 1 - begin) * scale);
    taps.weights.push_back(static_cast<int16_t>(due - given));
    given = due;
    if (last) break;
  }
  return taps;
}

Taps bilinear_taps(double centre, double begin, double end) {
  const double position = std::clamp(centre - 0.5, begin, std::max(begin, end - 1));
  const int first = static_cast<int>(std::floor(position));
  const auto second = static_cast<int16_t>(std::lround((position - first) * (1 << kWeightBits)));
  Taps taps{.first = first, .weights = {static_cast<int16_t>((1 << kWeightBits) - second)}};
  if (second > 0) taps.weights.push_back(second);
  return taps;
}

std::vector<Taps> axis_taps(double begin, double length, int size, int side) {
  std::vector<Taps> taps;
  const double step = length / side;
  for (int i = 0; i < side; ++i) {
    taps.push_back(step >= 1 ? area_taps(begin + i * step, begin + (i + 1) * step, size)
                             : bilinear_taps(begin + (i + 0.5) * step, begin, begin + length));
  }
  return taps;
}

// One row of the output's height, still of the picture's width.
void average_rows(const Picture& picture, const Taps& taps, std::vector<int32_t>& sums, std::vector<int16_t>& row) {
  const auto width = row.size();
  std::fill(sums.begin(), sums.end(), 1 << (kWeightBits - kKeptBits - 1));
  const auto* source = picture.rgb.data() + static_cast<std::size_t>(taps.first) * width;
  for (const int16_t weight : taps.weights) {
    for (std::size_t i = 0; i < width; ++i) sums[i] += int16_t{source[i]} * weight;
    source += width;
  }
  for (std::size_t i = 0; i < width; ++i) row[i] = static_cast<int16_t>(sums[i] >> (kWeightBits - kKeptBits));
}

void average_columns(const std::vector<int16_t>& row, const std::vector<Taps>& columns, uint8_t* target) {
  for (const auto& taps : columns) {
    const auto* source = row.data() + 3 * static_cast<std::size_t>(taps.first);
    int32_t red = 1 << (kWeightBits + kKeptBits - 1), green = red, blue = red;
    for (const int32_t weight : taps.weights) {
      red += weight * source[0], green += weight * source[1], blue += weight * source[2];
      source += 3;
    }
    for (const int32_t sum : {red, green, blue}) *target++ = static_cast<uint8_t>(sum >> (kWeightBits + kKeptBits));
  }
}

}  // namespace

PictureGeometry fitted_geometry(int width, int height, FitMode mode) {
  PictureGeometry geometry{
      .width = width, .height = height, .crop_width = static_cast<double>(width), .crop_height = static_cast<double>(height)};
  if (mode == FitMode::kCrop) {
    geometry.crop_width = geometry.crop_height = std::min(width, height);
    geometry.left = (width - geometry.crop_width) / 2;
    geometry.top = (height - geometry.crop_height) / 2;
  }
  return geometry;
}

Region region_of(const PictureGeometry& geometry, int shrink) {
  return {.left = geometry.left / shrink,
          .top = geometry.top / shrink,
          .width = geometry.crop_width / shrink,
          .height = geometry.crop_height / shrink};
}

Picture resize_region(const Picture& picture, const Region& region, int side) {
  if (picture.width == side && picture.height == side && region.width == side && region.height == side) return picture;
  Picture resized{.width = side, .height = side};
  resized.rgb.resize(3 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  const auto columns = axis_taps(region.left, region.width, picture.width, side);
  const auto rows = axis_taps(region.top, region.height, picture.height, side);
  std::vector<int32_t> sums(3 * static_cast<std::size_t>(picture.width));
  std::vector<int16_t> row(sums.size());
  auto* target = resized.rgb.data();
  for (const auto& taps : rows) {
    average_rows(picture, taps, sums, row);
    average_columns(row, columns, target);
    target += 3 * side;
  }
  return resized;
}

FittedPicture fit_picture(const Picture& picture, int side, FitMode mode) {
  const auto geometry = fitted_geometry(picture.width, picture.height, mode);
  return {.picture = resize_region(picture, region_of(geometry), side), .geometry = geometry};
}

}  // namespace saccade
