#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace saccade {

enum class PictureFormat { kNone, kJpeg, kPng, kWebp, kBmp, kGif, kTiff };

/// Told by the first bytes; kNone for everything that is not decoded here.
PictureFormat picture_format(std::span<const std::byte> bytes);

/// Whether a name ends with .jpg, .png, ... in letters of either size: what is looked for in folders and archives.
bool has_picture_extension(std::string_view name);

/// What bytes that are no picture look like, for a message: "looks like an HTML page", "is a PDF document".
std::string describe_content(std::span<const std::byte> bytes);

}  // namespace saccade
