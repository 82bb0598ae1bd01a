/// What captioning writes of a picture, and every tool reads.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/annotations/annotations.h"
#include "data/pictures/picture.h"
#include "data/pictures/pixel_box.h"
#include "models/encoders/region_box.h"

namespace saccade {

struct WordRecord {
  std::string word;
  double probability = 0;
};

struct AlternativeRecord {
  std::string caption;
  double log_probability = 0;
};

/// Where the words looked: weights [T, L] over regions that are boxes on the network's input, and how that input was cut from the original.
struct AttentionRecord {
  PictureGeometry geometry;
  std::vector<RegionBox> regions;           ///< L
  std::vector<std::vector<float>> weights;  ///< T × L
  std::vector<double> gates;                ///< T, or empty
};

/// One line of a captions file: exactly one a picture that entered.
struct CaptionRecord {
  std::string image;  ///< the path as it was given or found
  std::optional<ImageId> id;
  std::string caption;
  std::vector<WordRecord> words;
  double log_probability = 0;
  std::vector<AlternativeRecord> alternatives;
  std::string warning;                       ///< damage noticed, the caption is there all the same
  std::string error;                         ///< why there is no caption; then the rest is empty
  std::optional<PixelBox> region;            ///< the place that alone is captioned, where one was asked for
  std::optional<AttentionRecord> attention;  ///< where it was asked for
};

std::vector<std::string> words_of(const CaptionRecord& record);

/// A number or a text, as its file wrote it.
nlohmann::ordered_json id_to_json(const ImageId& id);

/// JSON with the keys image, id, caption, log_probability, words[{word, probability}], alternatives[{caption, log_probability}], and
/// warning, error, region ([x, y, width, height] in pixels), attention where there is one; `image` and `error` only, where there is no
/// caption. attention: geometry, regions ({"grid": G} for a G×G grid, else a list of [left, top, right, bottom]), weights [T][L], gates.
/// Numbers are rounded to what can be told apart: weights to 1e-5, the others to 1e-6; a T = 12, L = 49 record has about 5 KB.
nlohmann::ordered_json to_json_record(const CaptionRecord& record);
/// Throws Error with `where` for anything that is not such a record; keys it does not know are passed over.
CaptionRecord from_json_record(const nlohmann::json& json, const std::string& where);

/// One line of a captions file, without its end. `where` for messages. Throws Error for a line over 16 MiB, broken UTF-8, JSON nested
/// deeper than 16, no record.
CaptionRecord parse_record(std::string_view line, const std::string& where);

/// Reads a captions file, line by line within limits; blank lines are passed over. Throws Error with file and line.
std::vector<CaptionRecord> read_records(const std::filesystem::path& path);

}  // namespace saccade
