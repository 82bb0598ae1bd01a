#include "pipeline/overlay/colour_map.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace saccade {
namespace {

struct LinearRgb {
  double red, green, blue;
};

/// OKLab to linear sRGB; the matrices of Ottosson 2020, "A perceptual color space for image processing".
LinearRgb linear_of_oklab(double lightness, double a, double b) {
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

uint8_t byte_of(double linear) {
  const double encoded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
  return static_cast<uint8_t>(std::lround(std::clamp(encoded, 0.0, 1.0) * 255));
}

bool is_displayable(const LinearRgb& colour) {
  const auto [least, most] = std::minmax({colour.red, colour.green, colour.blue});
  return least >= 0 && most <= 1;
}

/// The most colourful colour of this lightness and hue, up to the chroma that is asked for.
Rgb8 colour_of(double lightness, double hue_degrees, double chroma) {
  const double hue = hue_degrees * std::numbers::pi / 180;
  LinearRgb colour{};
  do {
    colour = linear_of_oklab(lightness, chroma * std::cos(hue), chroma * std::sin(hue));
    chroma -= 0.002;
  } while (!is_displayable(colour) && chroma > 0);
  return {byte_of(colour.red), byte_of(colour.green), byte_of(colour.blue)};
}

/// `channel` made greyer, then covered by `above`.
uint8_t cover(double channel, double grey, double greyness, uint8_t above, double share) {
  return static_cast<uint8_t>(std::lerp(std::lerp(channel, grey, greyness), static_cast<double>(above), share) + 0.5);
}

}  // namespace

const std::array<Rgb8, 256>& heat_colours() {
  static const auto colours = [] {
    std::array<Rgb8, 256> table;
    for (int i = 0; i < 256; ++i) {
      const double value = i / 255.0;
      table[i] = colour_of(0.20 + 0.74 * value, 288 + 172 * std::pow(value, 0.9),
                           0.09 + 0.13 * std::sin(std::numbers::pi * std::min(1.0, 0.15 + value * 0.8)));
    }
    return table;
  }();
  return colours;
}

Picture overlay_weights(const Picture& picture, const WeightMap& map, double most, const Veil& veil) {
  TORCH_CHECK(picture.width == map.width && picture.height == map.height, "a map of ", map.width, " × ", map.height, " over a picture of ",
              picture.width, " × ", picture.height);
  const auto& colours = heat_colours();
  const double scale = most > 0 ? 255 / most : 0;
  Picture out = picture;
  for (int y = 0; y < out.height; ++y) {
    const bool seen_row = y >= map.seen.top && y < map.seen.bottom;
    for (int x = 0; x < out.width; ++x) {
      const auto at = static_cast<std::size_t>(y) * out.width + x;
      uint8_t* pixel = out.rgb.data() + 3 * at;
      const bool seen = seen_row && x >= map.seen.left && x < map.seen.right;
      const int step = static_cast<int>(std::min(255.0, map.values[at] * scale + 0.5));
      const Rgb8 colour = seen ? colours[step] : Rgb8{};
      const double share = seen ? std::lerp(veil.at_nothing, veil.at_most, step / 255.0) : veil.unseen;
      const double grey = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];  // ITU-R BT.601
      pixel[0] = cover(pixel[0], grey, veil.grey, colour.red, share);
      pixel[1] = cover(pixel[1], grey, veil.grey, colour.green, share);
      pixel[2] = cover(pixel[2], grey, veil.grey, colour.blue, share);
    }
  }
  return out;
}

}  // namespace saccade
