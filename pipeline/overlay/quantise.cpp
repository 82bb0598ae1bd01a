#include "pipeline/overlay/quantise.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace saccade {
namespace {

constexpr std::size_t kColours = 256;

/// Colours are counted in 32 × 32 × 32 bins.
struct Bin {
  std::array<int, 3> colour{};  // 0 … 31
  int64_t count = 0;
};

int bin_of(int red, int green, int blue) { return (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3; }

/// Bins [begin, end) that will share one colour.
struct Box {
  std::size_t begin, end;
  int axis = 0;       // along which it is widest
  int64_t worth = 0;  // of splitting it: pixels times width
};

Box measured(Box box, const std::vector<Bin>& bins) {
  int64_t count = 0;
  std::array<int, 3> least = {31, 31, 31}, most = {0, 0, 0};
  for (auto i = box.begin; i < box.end; ++i) {
    count += bins[i].count;
    for (int c = 0; c < 3; ++c) {
      least[c] = std::min(least[c], bins[i].colour[c]);
      most[c] = std::max(most[c], bins[i].colour[c]);
    }
  }
  for (int c = 1; c < 3; ++c)
    if (most[c] - least[c] > most[box.axis] - least[box.axis]) box.axis = c;
  box.worth = count * (most[box.axis] - least[box.axis]);
  return box;
}

/// The lower half of the box by pixels; `box` keeps the upper.
Box split(Box& box, std::vector<Bin>& bins) {
  std::sort(bins.begin() + box.begin, bins.begin() + box.end,
            [axis = box.axis](const Bin& a, const Bin& b) { return a.colour[axis] < b.colour[axis]; });
  int64_t total = 0, below = 0;
  for (auto i = box.begin; i < box.end; ++i) total += bins[i].count;
  auto middle = box.begin;
  while (middle + 2 < box.end && (below += bins[middle].count) * 2 < total) ++middle;
  const Box lower = measured({box.begin, middle + 1}, bins);
  box = measured({middle + 1, box.end}, bins);
  return lower;
}

std::vector<Rgb8> choose_palette(const Picture& picture) {
  std::vector<Bin> all(1 << 15);
  std::vector<std::array<int64_t, 3>> sums(1 << 15);
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
    const uint8_t* pixel = picture.rgb.data() + i;
    const int bin = bin_of(pixel[0], pixel[1], pixel[2]);
    ++all[bin].count;
    for (int c = 0; c < 3; ++c) sums[bin][c] += pixel[c];
  }
  std::vector<Bin> bins;
  for (int i = 0; i < 1 << 15; ++i)
    if (all[i].count > 0) bins.push_back({{i >> 10, i >> 5 & 31, i & 31}, all[i].count});

  std::vector<Box> boxes = {measured({0, bins.size()}, bins)};
  while (boxes.size() < kColours) {
    auto& widest = *std::ranges::max_element(boxes, {}, &Box::worth);
    if (widest.worth == 0) break;
    const auto lower = split(widest, bins);
    boxes.push_back(lower);
  }
  std::vector<Rgb8> palette;
  for (const auto& box : boxes) {
    std::array<int64_t, 3> sum{};
    int64_t count = 0;
    for (auto i = box.begin; i < box.end; ++i) {
      const auto& colour = bins[i].colour;
      const int bin = colour[0] << 10 | colour[1] << 5 | colour[2];
      for (int c = 0; c < 3; ++c) sum[c] += sums[bin][c];
      count += bins[i].count;
    }
    palette.push_back({static_cast<uint8_t>(sum[0] / count), static_cast<uint8_t>(sum[1] / count), static_cast<uint8_t>(sum[2] / count)});
  }
  palette.resize(kColours);
  return palette;
}

/// The palette's nearest colour, looked up once a bin.
class NearestColour {
 public:
  explicit NearestColour(const std::vector<Rgb8>& palette) : palette_(palette), known_(1 << 15, -1) {}

  int operator()(int red, int green, int blue) {
    int& index = known_[bin_of(red, green, blue)];
    if (index >= 0) return index;
    int least = std::numeric_limits<int>::max();
    for (int i = 0; i < static_cast<int>(kColours); ++i) {
      const int r = palette_[i].red - red, g = palette_[i].green - green, b = palette_[i].blue - blue;
      const int distance = 2 * r * r + 4 * g * g + 3 * b * b;  // the eye's rough sensitivity
      if (distance < least) least = distance, index = i;
    }
    return index;
  }

 private:
  const std::vector<Rgb8>& palette_;
  std::vector<int> known_;
};

}  // namespace

IndexedPicture quantise(const Picture& picture) {
  IndexedPicture out{.width = picture.width, .height = picture.height, .palette = choose_palette(picture)};
  out.indices.resize(static_cast<std::size_t>(picture.width) * picture.height);
  NearestColour nearest(out.palette);
  // What was wrong with the pixels so far, in sixteenths, to be put right on this row and the next; one column of margin at both ends.
  std::vector<std::array<int, 3>> here(picture.width + 2), below(picture.width + 2);
  for (int y = 0; y < picture.height; ++y) {
    for (int x = 0; x < picture.width; ++x) {
      const auto at = static_cast<std::size_t>(y) * picture.width + x;
      std::array<int, 3> wanted;
      for (int c = 0; c < 3; ++c) wanted[c] = std::clamp(picture.rgb[3 * at + c] + here[x + 1][c] / 16, 0, 255);
      const int index = nearest(wanted[0], wanted[1], wanted[2]);
      out.indices[at] = static_cast<uint8_t>(index);
      const auto& given = out.palette[index];
      const std::array<int, 3> error = {wanted[0] - given.red, wanted[1] - given.green, wanted[2] - given.blue};
      for (int c = 0; c < 3; ++c) {
        here[x + 2][c] += 7 * error[c];
        below[x][c] += 3 * error[c];
        below[x + 1][c] += 5 * error[c];
        below[x + 2][c] += error[c];
      }
    }
    here.swap(below);
    std::ranges::fill(below, std::array<int, 3>{});
  }
  return out;
}

}  // namespace saccade
