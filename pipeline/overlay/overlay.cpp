#include "pipeline/overlay/overlay.h"

#include <algorithm>
#include <cmath>

#include "data/error.h"
#include "data/files/atomic_file.h"
#include "data/pictures/decode.h"
#include "pipeline/overlay/animation.h"
#include "pipeline/overlay/attention_figures.h"
#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/colour_map.h"
#include "pipeline/overlay/weight_map.h"
#include "pipeline/overlay/weights_file.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

std::string size_of(int width, int height) { return std::to_string(width) + " × " + std::to_string(height); }

/// "name-03-dog.png": sorted as the words stand, and safe whatever the words are.
std::string word_file(const std::string& stem, std::size_t word, const CaptionRecord& record) {
  const auto number = std::to_string(word + 1);
  const auto safe = safe_word(record.words[word].word);
  return stem + "-" + std::string(number.size() < 2 ? 1 : 0, '0') + number + (safe.empty() ? "" : "-" + safe) + ".png";
}

std::vector<std::filesystem::path> write_words(const CaptionRecord& record, const Picture& original, const std::filesystem::path& folder,
                                               WeightScale scale) {
  std::vector<std::filesystem::path> files;
  const auto limits = colour_limits(*record.attention, scale);
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    const auto map = map_weights(*record.attention, t, original.width, original.height);
    files.push_back(folder / word_file(safe_stem(record.image), t, record));
    write_file_atomically(files.back(), encode_png(overlay_weights(original, map, limits[t])));
  }
  return files;
}

}  // namespace

void require_attention(const CaptionRecord& record, const Picture& original) {
  const auto refuse = [&](const std::string& wrong, const std::string& right) { throw Error(record.image, wrong, right); };
  if (!record.attention) refuse("its record holds no attention", "caption it with --attention");
  const auto& attention = *record.attention;
  const auto& geometry = attention.geometry;
  if (geometry.width != original.width || geometry.height != original.height)
    refuse("the picture is " + size_of(original.width, original.height) + ", but " + size_of(geometry.width, geometry.height) +
               " was captioned",
           "give the same picture");
  const auto is_positive = [](double size) { return std::isfinite(size) && size > 0; };
  if (!is_positive(geometry.crop_width) || !is_positive(geometry.crop_height) || !std::isfinite(geometry.left) ||
      !std::isfinite(geometry.top))
    refuse("the record's crop has no area", "a width and a height above 0");
  const auto is_finite = [](const RegionBox& box) {
    return std::isfinite(box.left) && std::isfinite(box.top) && std::isfinite(box.right) && std::isfinite(box.bottom);
  };
  if (!std::ranges::all_of(attention.regions, is_finite)) refuse("a region has a side that is no number", "fractions of the picture");
  if (attention.weights.size() != record.words.size() || (!attention.gates.empty() && attention.gates.size() != record.words.size()))
    refuse(std::to_string(record.words.size()) + " words, but weights of " + std::to_string(attention.weights.size()) + " and gates of " +
               std::to_string(attention.gates.size()),
           "as many of each, or no gates");
  for (const auto& weights : attention.weights) {
    if (weights.size() != attention.regions.size())
      refuse(std::to_string(weights.size()) + " weights of " + std::to_string(attention.regions.size()) + " regions",
             "one weight a region");
    if (!std::ranges::all_of(weights, [](float weight) { return std::isfinite(weight) && weight >= 0; }))
      refuse("a weight is negative or no number", "weights from 0 on");
  }
}

void require_drawable(const CaptionRecord& record, const Picture& original, const std::vector<OverlayFormat>& formats) {
  require_attention(record, original);
  if (std::ranges::find(formats, OverlayFormat::kMatrix) != formats.end()) require_few_regions(record);
}

Picture with_region(const CaptionRecord& record, const Picture& original) {
  if (!record.region) return original;
  const auto& box = *record.region;
  const auto pixel = [](double place, int side) { return static_cast<int>(std::lround(std::clamp<double>(place, 0, side))); };
  const PixelRange range{pixel(box.left, original.width), pixel(box.top, original.height), pixel(box.right(), original.width),
                         pixel(box.bottom(), original.height)};
  const int line = std::max(1, std::max(original.width, original.height) / 160);
  auto marked = original;
  outline(marked, range, 2 * line, kInk);  // dark beside light: one of them is seen on any picture
  outline(marked, range, line, kPaper);
  return marked;
}

void write_report(const Report& report, const std::filesystem::path& file) { write_file_atomically(file, render_report(report)); }

std::vector<std::filesystem::path> write_overlay(const CaptionRecord& record, const Picture& original, const std::filesystem::path& folder,
                                                 const OverlayOptions& options) {
  require_drawable(record, original, options.formats);
  const auto shown = with_region(record, original);
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw Error(folder.string(), "cannot be made: " + failure.message());

  const auto stem = safe_stem(record.image);
  std::vector<std::filesystem::path> files;
  const auto write = [&](const std::string& name, const auto& content) {
    files.push_back(folder / name);
    write_file_atomically(files.back(), content);
  };
  for (const auto format : options.formats) {
    switch (format) {
      case OverlayFormat::kSheet:
        write(stem + "-sheet.png", encode_png(contact_sheet(record, shown, {.tile = options.tile, .scale = options.scale})));
        break;
      case OverlayFormat::kGif:
        write(stem + ".gif",
              animate_words(record, shown,
                            {.longest_side = options.gif_longest, .word_seconds = options.gif_seconds, .scale = options.scale}));
        break;
      case OverlayFormat::kHtml:
        write(stem + ".html", render_report({.title = record.caption, .sections = {{.pictures = {report_picture(record, shown)}}}}));
        break;
      case OverlayFormat::kMatrix:
        write(stem + "-matrix.svg", matrix_svg(record, shown, options.scale));
        break;
      case OverlayFormat::kStrength:
        write(stem + "-strength.svg", strength_svg(record));
        break;
      case OverlayFormat::kNpy:
        write(stem + ".npy", weights_as_npy(*record.attention));
        break;
      case OverlayFormat::kSafetensors:
        files.push_back(folder / (stem + ".safetensors"));
        write_weights(record, files.back());
        break;
      case OverlayFormat::kWords: {
        const auto words = write_words(record, shown, folder, options.scale);
        files.insert(files.end(), words.begin(), words.end());
        break;
      }
    }
  }
  return files;
}

}  // namespace saccade
