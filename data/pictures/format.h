#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace saccade {

enum class PictureFormat { kNone, kJpeg, kPng, kWebp, kBmp, kGif, kTiff };

/// Told by the first bytes; kNone for everything that is not decoded here.
PictureFormat picture_format(std::span<const std::byte> bytes);

/// What bytes that are no picture look like, for a message: "looks like an HTML page", "is a PDF document".
std::string describe_content(std::span<const std::byte> bytes);

}  // namespace saccade
