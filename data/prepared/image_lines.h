#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/annotations/annotations.h"
#include "data/pictures/picture.h"

namespace saccade {

/// One picture of the set, as it stands in images.jsonl.
struct PreparedImage {
  std::string file;
  ImageId id;
  std::string split;
  PictureGeometry geometry;
  std::vector<std::string> captions;  ///< as written by people: the references of evaluation
  std::string warning;                ///< damage noticed in decoding, else empty
};

/// Names of the files in a prepared set.
inline constexpr const char *kDatasetFile = "dataset.json", *kImageLinesFile = "images.jsonl", *kPixelsFile = "images.safetensors",
                            *kCaptionsFile = "captions.safetensors", *kBoxesFile = "boxes.safetensors";
inline constexpr const char* kDatasetFormat = "saccade-dataset";
inline constexpr int kDatasetVersion = 1;

/// An image as one line of JSON, line end included, and back. Reading throws Error with `where`.
std::string to_line(const PreparedImage& image);
PreparedImage from_line(std::string_view line, const std::string& where);

}  // namespace saccade
