#include "pipeline/captioning/region_prompt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "data/error.h"
#include "pipeline/attention/grounding.h"

namespace saccade {
namespace {

constexpr double kFewestPixels = 2;   // so that fractions beyond 1 are not taken for pixels
constexpr double kHalf = 0.5 - 1e-9;  // of a region, up to the rounding of its edges

[[noreturn]] void refuse_region(const PixelBox& box, const std::string& wrong, const std::string& right) {
  const auto number = [](double value) { return std::to_string(std::lround(value)); };
  throw Error("region " + number(box.left) + "," + number(box.top) + "," + number(box.width) + "," + number(box.height), wrong, right);
}

}  // namespace

RegionPrompt parse_region(const std::string& text) {
  std::array<double, 4> sides{};
  const char *at = text.data(), *const end = at + text.size();
  bool good = true;
  for (std::size_t i = 0; good && i < sides.size(); ++i) {
    if (i > 0) good = at != end && *at++ == ',';
    const auto [next, failure] = std::from_chars(at, end, sides[i]);
    good = good && failure == std::errc{} && std::isfinite(sides[i]);
    at = next;
  }
  const auto [left, top, width, height] = sides;
  if (!good || at != end || width <= 0 || height <= 0)
    throw Error("region", "'" + text + "' is none",
                "x,y,width,height in pixels, such as 120,80,200,150, or fractions, such as 0.5,0,0.5,1");
  const bool is_fraction = std::ranges::max(sides) <= 1;
  if (!is_fraction && (width < kFewestPixels || height < kFewestPixels))
    throw Error("region", "'" + text + "' is less than two pixels wide or high", "pixels, or fractions, which are at most 1");
  return {.box = {left, top, width, height}, .is_fraction = is_fraction};
}

PixelBox box_on(const RegionPrompt& prompt, const PictureGeometry& geometry) {
  const double across = prompt.is_fraction ? geometry.width : 1, down = prompt.is_fraction ? geometry.height : 1;
  const auto& given = prompt.box;
  const PixelBox box{given.left * across, given.top * down, given.width * across, given.height * down};
  const double left = std::max(0.0, box.left), top = std::max(0.0, box.top);
  const double right = std::min<double>(geometry.width, box.right()), bottom = std::min<double>(geometry.height, box.bottom());
  if (left >= right || top >= bottom) {
    refuse_region(box, "lies beside the picture",
                  "the picture is " + std::to_string(geometry.width) + " × " + std::to_string(geometry.height) + " pixels");
  }
  return {.left = left, .top = top, .width = right - left, .height = bottom - top};
}

std::vector<int64_t> regions_of(const PixelBox& box, const PictureGeometry& geometry, const std::vector<RegionBox>& regions) {
  std::vector<int64_t> inside, touched;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    const double share = share_inside(regions[i], geometry, {box});
    if (share >= kHalf) inside.push_back(static_cast<int64_t>(i));
    if (share > 0) touched.push_back(static_cast<int64_t>(i));
  }
  if (touched.empty()) refuse_region(box, "shows nothing of what the model sees of the picture", "a box nearer to its middle");
  return inside.empty() ? touched : inside;
}

}  // namespace saccade
