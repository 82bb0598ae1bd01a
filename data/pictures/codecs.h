/// The codecs behind decode_picture; used in this folder only. Each gets bytes whose header was read and found within the limits, gives the
/// picture as stored (not yet turned upright), and throws DecodeFailure.
#pragma once

#include <cstddef>
#include <span>

#include "data/pictures/decode.h"
#include "data/pictures/header.h"

namespace saccade {

/// TurboJPEG. `shrink` 1, 2, 4 or 8: decoded at that fraction of the size, rounded up, by a smaller inverse transform.
DecodedPicture decode_jpeg(std::span<const std::byte> bytes, const PictureHeader& header, int shrink);

/// giflib, first frame only: OpenCV 4.6 reads no GIF.
DecodedPicture decode_gif(std::span<const std::byte> bytes, const DecodeLimits& limits);

/// OpenCV: PNG, WebP (of an animation the first frame), BMP, TIFF.
DecodedPicture decode_with_opencv(PictureFormat format, std::span<const std::byte> bytes, const PictureHeader& header);

struct StoredPicture {
  DecodedPicture decoded;     ///< its picture `shrink` times smaller than the original, not yet upright
  int width = 0, height = 0;  ///< of the original, not yet upright
  int shrink = 1;
  int orientation = 1;  ///< EXIF
};

/// `min_side` > 0: JPEG may come shrunk, as long as both of its sides keep that many pixels. Throws DecodeFailure.
StoredPicture decode_stored(std::span<const std::byte> bytes, int min_side, const DecodeLimits& limits);

/// Throws DecodeFailure, with the sizes, where a picture is empty or over the limits.
void check_size(int64_t width, int64_t height, const DecodeLimits& limits);

}  // namespace saccade
