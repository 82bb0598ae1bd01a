#include "pipeline/overlay/canvas.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace saccade {

Picture blank_picture(int width, int height, Rgb8 colour) {
  Picture picture{.width = width, .height = height, .rgb = std::vector<uint8_t>(static_cast<std::size_t>(3) * width * height)};
  fill(picture, {0, 0, width, height}, colour);
  return picture;
}

void paste(Picture& onto, const Picture& picture, int left, int top) {
  const int from = std::max(0, -left), to = std::min(picture.width, onto.width - left);
  if (from >= to) return;
  for (int y = std::max(0, -top); y < std::min(picture.height, onto.height - top); ++y) {
    const auto* source = picture.rgb.data() + 3 * (static_cast<std::size_t>(y) * picture.width + from);
    std::copy_n(source, 3 * (to - from), onto.rgb.data() + 3 * (static_cast<std::size_t>(top + y) * onto.width + left + from));
  }
}

void fill(Picture& picture, PixelRange range, Rgb8 colour) {
  for (int y = std::max(0, range.top); y < std::min(picture.height, range.bottom); ++y)
    for (int x = std::max(0, range.left); x < std::min(picture.width, range.right); ++x) {
      auto* pixel = picture.rgb.data() + 3 * (static_cast<std::size_t>(y) * picture.width + x);
      pixel[0] = colour.red, pixel[1] = colour.green, pixel[2] = colour.blue;
    }
}

void outline(Picture& picture, PixelRange range, int thickness, Rgb8 colour) {
  const auto [left, top, right, bottom] = range;
  fill(picture, {left, top, right, std::min(bottom, top + thickness)}, colour);
  fill(picture, {left, std::max(top, bottom - thickness), right, bottom}, colour);
  fill(picture, {left, top, std::min(right, left + thickness), bottom}, colour);
  fill(picture, {std::max(left, right - thickness), top, right, bottom}, colour);
}

Picture scale_to_fit(const Picture& picture, int longest) {
  const double scale = static_cast<double>(longest) / std::max(picture.width, picture.height);
  const auto scaled = [&](int pixels) { return std::max(1, static_cast<int>(std::lround(pixels * scale))); };
  Picture out{.width = scaled(picture.width), .height = scaled(picture.height)};
  out.rgb.resize(static_cast<std::size_t>(3) * out.width * out.height);
  const cv::Mat source(picture.height, picture.width, CV_8UC3, const_cast<uint8_t*>(picture.rgb.data()));
  cv::Mat target(out.height, out.width, CV_8UC3, out.rgb.data());
  constexpr double kSquaresShow = 1.5;  // below, a photograph would look jagged rather than honest
  cv::resize(source, target, target.size(), 0, 0, scale < 1 ? cv::INTER_AREA : scale < kSquaresShow ? cv::INTER_LINEAR : cv::INTER_NEAREST);
  return out;
}

}  // namespace saccade
