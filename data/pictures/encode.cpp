#include <turbojpeg.h>

#include <cstring>
#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "data/error.h"
#include "data/pictures/decode.h"

namespace saccade {

std::vector<std::byte> encode_png(const Picture& picture) {
  cv::Mat image(picture.height, picture.width, CV_8UC3);
  const auto* source = picture.rgb.data();
  for (int y = 0; y < picture.height; ++y) {
    auto* target = image.ptr<uint8_t>(y);
    for (int x = 0; x < picture.width; ++x, source += 3, target += 3) target[0] = source[2], target[1] = source[1], target[2] = source[0];
  }
  std::vector<uint8_t> png;
  cv::imencode(".png", image, png, {cv::IMWRITE_PNG_COMPRESSION, 3});
  std::vector<std::byte> bytes(png.size());
  std::memcpy(bytes.data(), png.data(), png.size());
  return bytes;
}

std::vector<std::byte> encode_jpeg(const Picture& picture, int quality) {
  const std::unique_ptr<void, decltype(&tjDestroy)> compressor(tjInitCompress(), &tjDestroy);
  unsigned char* jpeg = nullptr;
  unsigned long size = 0;
  const int verdict = tjCompress2(compressor.get(), picture.rgb.data(), picture.width, 0, picture.height, TJPF_RGB, &jpeg, &size,
                                  quality >= 90 ? TJSAMP_444 : TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, decltype(&tjFree)> owner(jpeg, &tjFree);
  if (verdict != 0) throw Error("JPEG", tjGetErrorStr2(compressor.get()));
  std::vector<std::byte> bytes(size);
  std::memcpy(bytes.data(), jpeg, size);
  return bytes;
}

}  // namespace saccade
