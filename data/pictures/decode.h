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

/// JPEG (TurboJPEG), PNG, WebP, BMP, GIF (first frame), TIFF; told by their first bytes, never by name. Grey, CMYK, 16-bit and alpha (over
/// white) become 8-bit RGB. `name` is only for messages. Throws Error: empty, no picture ("looks like HTML"), too large, damaged beyond
/// use.
DecodedPicture decode_picture(std::span<const std::byte> bytes, const std::string& name, const DecodeLimits& limits = {});

/// A picture as the network gets it, and what was noticed on the way.
struct DecodedFitted {
  FittedPicture fitted;
  std::vector<std::string> warnings;
};

/// Decodes and fits in one go; preparing, training and captioning all take their pictures from here, so that preprocessing cannot drift.
/// Large JPEGs are decoded at 1/2, 1/4 or 1/8 as long as both sides keep twice the pixels that are wanted. Otherwise equal to fit_picture
/// of decode_picture; turned by EXIF, up to rounding.
DecodedFitted load_fitted(std::span<const std::byte> bytes, const std::string& name, int side, FitMode mode,
                          const DecodeLimits& limits = {});

/// The bytes of a regular file within the limits; a FIFO, a folder and an empty file are refused at once.
std::vector<std::byte> read_picture_file(const std::filesystem::path& path, const DecodeLimits& limits = {});

/// decode_picture of read_picture_file.
DecodedPicture read_picture(const std::filesystem::path& path, const DecodeLimits& limits = {});

/// PNG bytes of a picture.
std::vector<std::byte> encode_png(const Picture& picture);
std::vector<std::byte> encode_jpeg(const Picture& picture, int quality = 90);

}  // namespace saccade
