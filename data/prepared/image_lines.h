#pragma once

#include <string>
#include <string_view>

#include "data/prepared/prepared_dataset.h"

namespace saccade {

/// Names of the files in a prepared set.
inline constexpr const char *kDatasetFile = "dataset.json", *kImageLinesFile = "images.jsonl", *kPixelsFile = "images.safetensors",
                            *kCaptionsFile = "captions.safetensors";
inline constexpr const char* kDatasetFormat = "saccade-dataset";
inline constexpr int kDatasetVersion = 1;

/// An image as one line of JSON, line end included, and back. Reading throws Error with `where`.
std::string to_line(const PreparedImage& image);
PreparedImage from_line(std::string_view line, const std::string& where);

}  // namespace saccade
