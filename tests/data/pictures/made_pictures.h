/// Pictures and files of pictures made for tests.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/pictures/decode.h"

namespace saccade {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::string_view text) {
  const auto view = std::as_bytes(std::span(text.data(), text.size()));
  return {view.begin(), view.end()};
}

inline void write_bytes(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline void write_text(const std::filesystem::path& path, std::string_view text) { write_bytes(path, bytes_of(text)); }

/// Smooth colours with something different in every corner.
inline Picture gradient_picture(int width, int height) {
  Picture picture{.width = width, .height = height};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (const int value : {255 * x / width, 255 * y / height, 127 + 127 * x * y / (width * height)})
        picture.rgb.push_back(static_cast<uint8_t>(value));
    }
  }
  return picture;
}

inline Picture noisy_picture(int width, int height, unsigned seed = 1) {
  Picture picture{.width = width, .height = height};
  std::mt19937 random(seed);
  for (int i = 0; i < 3 * width * height; ++i) picture.rgb.push_back(static_cast<uint8_t>(random() & 0xff));
  return picture;
}

inline const uint8_t* pixel(const Picture& picture, int x, int y) {
  return &picture.rgb[3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x))];
}

/// Largest difference of a sample; 256 where the sizes differ.
inline int largest_difference(const Picture& a, const Picture& b) {
  if (a.width != b.width || a.height != b.height || a.rgb.size() != b.rgb.size()) return 256;
  int worst = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) worst = std::max(worst, std::abs(a.rgb[i] - b.rgb[i]));
  return worst;
}

inline double mean_difference(const Picture& a, const Picture& b) {
  if (a.rgb.size() != b.rgb.size()) return 256;
  double sum = 0;
  for (std::size_t i = 0; i < a.rgb.size(); ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(a.rgb.size());
}

/// A JPEG with an EXIF block in front that holds nothing but the orientation.
inline Bytes with_orientation(const Bytes& jpeg, int orientation) {
  std::string exif(
      "\xff\xe1\x00\x22"
      "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0",
      29);
  exif += static_cast<char>(orientation);
  exif += std::string(6, '\0');
  exif[3] = static_cast<char>(exif.size() - 2);
  Bytes turned(jpeg.begin(), jpeg.begin() + 2);
  const auto block = bytes_of(exif);
  turned.insert(turned.end(), block.begin(), block.end());
  turned.insert(turned.end(), jpeg.begin() + 2, jpeg.end());
  return turned;
}

}  // namespace saccade
