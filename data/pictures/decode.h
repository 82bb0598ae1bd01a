/// Bytes of a picture file to RGB. Never trusts a header: limits are checked before memory is taken.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/pictures/picture.h"

namespace saccade {

struct DecodeLimits {
  std::size_t max_file_bytes = 64 << 20;
  int max_side = 20'000;
  int64_t max_pixels = 100'000'000;
};

struct DecodedPicture {
  Picture picture;                    ///< upright: EXIF orientation is obeyed
  std::vector<std::string> warnings;  ///< damage that left a usable picture, as "premature end of JPEG file"
};

/// JPEG (TurboJPEG), PNG, WebP, BMP, GIF (first frame), TIFF; told by their first bytes, never by name. Grey, CMYK, 16-bit and alpha (over white) become 8-bit RGB.
/// `name` is only for messages. Throws Error: empty, no picture ("looks like HTML"), too large, damaged beyond use.
DecodedPicture decode_picture(std::span<const std::byte> bytes, const std::string& name, const DecodeLimits& limits = {});

/// The same from a regular file.
DecodedPicture read_picture(const std::filesystem::path& path, const DecodeLimits& limits = {});

/// PNG bytes of a picture.
std::vector<std::byte> encode_png(const Picture& picture);
std::vector<std::byte> encode_jpeg(const Picture& picture, int quality = 90);

}  // namespace saccade
