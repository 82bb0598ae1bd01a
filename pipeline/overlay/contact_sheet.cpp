#include "pipeline/overlay/contact_sheet.h"

#include <c10/util/Exception.h>
#include <algorithm>
#include <cmath>

#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/text.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

constexpr int kMargin = 32, kGap = 20;
constexpr int kLabelHeight = 50;  // word and figures under a tile
constexpr int kBarWidth = 280, kBarHeight = 10, kFooterHeight = 72;

/// Where everything is, in pixels.
struct SheetPlan {
  int tile_width, tile_height, columns, rows, width, header_height;
  int height() const { return kMargin + header_height + rows * (tile_height + kLabelHeight) + (rows - 1) * kGap + kFooterHeight + kMargin; }
  int left(int tile) const { return kMargin + tile % columns * (tile_width + kGap); }
  int top(int tile) const { return kMargin + header_height + tile / columns * (tile_height + kLabelHeight + kGap); }
};

Text title_of(const CaptionRecord& record, int width) {
  return {.text = record.caption, .pixels = 24, .bold = true, .colour = kInk, .width = width, .lines = 2};
}

Text name_of(const CaptionRecord& record, int width) { return {.text = record.image, .pixels = 13, .colour = kGrey, .width = width}; }

SheetPlan plan_sheet(const CaptionRecord& record, const Picture& tile, const SheetOptions& options) {
  const int tiles = static_cast<int>(record.words.size()) + 1;
  const int columns = sheet_columns(options, tiles, tile.width, tile.height);
  const int width = std::max(kMargin * 2 + columns * tile.width + (columns - 1) * kGap, kMargin * 2 + kBarWidth + 160);
  const int header = measure(title_of(record, width - 2 * kMargin)).height + 4 + measure(name_of(record, width - 2 * kMargin)).height + 20;
  return {tile.width, tile.height, columns, (tiles + columns - 1) / columns, width, header};
}

void draw_tile(Picture& sheet, const Picture& picture, int left, int top, const std::string& label, const std::string& figures) {
  paste(sheet, picture, left, top);
  const int width = picture.width;
  draw(sheet, {.text = label, .pixels = 17, .bold = true, .colour = kInk, .width = width, .alignment = TextAlignment::kCentre}, left,
       top + picture.height + 6);
  draw(sheet, {.text = figures, .pixels = 12, .colour = kGrey, .width = width, .alignment = TextAlignment::kCentre}, left,
       top + picture.height + 30);
}

/// The colours from 0 to the largest weight, and a tick at the weight of looking everywhere alike.
void draw_scale(Picture& sheet, int left, int top, double most, double even, WeightScale scale) {
  for (int x = 0; x < kBarWidth; ++x)
    fill(sheet, {left + x, top, left + x + 1, top + kBarHeight}, heat_colours()[x * 255 / (kBarWidth - 1)]);
  const auto label = [&](const std::string& text, int x, int y, TextAlignment alignment) {
    const Text piece{.text = text, .pixels = 12, .colour = kGrey};
    draw(sheet, piece, alignment == TextAlignment::kEnd ? x - measure(piece).width : x, y);
  };
  const int below = top + kBarHeight + 5, above = top - 22;
  label("0", left, below, TextAlignment::kStart);
  label(scale == WeightScale::kShared ? short_number(most) : "the word's largest weight", left + kBarWidth, below, TextAlignment::kEnd);
  if (scale == WeightScale::kPerWord || most < even) return;
  const int tick = left + static_cast<int>(std::lround(even / most * (kBarWidth - 1)));
  fill(sheet, {tick, top - 5, tick + 1, top + kBarHeight}, kInk);
  const bool is_early = tick < left + kBarWidth / 2;
  label("even " + short_number(even), is_early ? tick : tick + 1, above, is_early ? TextAlignment::kStart : TextAlignment::kEnd);
}

}  // namespace

int sheet_columns(const SheetOptions& options, int tiles, int tile_width, int tile_height) {
  if (options.columns > 0) return std::min(options.columns, tiles);
  constexpr double kWideness = 1.5;
  const double columns = std::sqrt(kWideness * tiles * (tile_height + kLabelHeight) / tile_width);
  return std::clamp(static_cast<int>(std::lround(columns)), 1, tiles);
}

std::vector<double> colour_limits(const AttentionRecord& attention, WeightScale scale) {
  auto limits = largest_weights(attention);
  if (scale == WeightScale::kShared && !limits.empty()) std::ranges::fill(limits, *std::ranges::max_element(limits));
  return limits;
}

Picture contact_sheet(const CaptionRecord& record, const Picture& original, const SheetOptions& options) {
  TORCH_CHECK(record.attention, "a contact sheet needs attention");
  const auto& attention = *record.attention;
  const auto plain = scale_to_fit(original, options.tile);
  const auto plan = plan_sheet(record, plain, options);
  auto sheet = blank_picture(plan.width, plan.height(), kPaper);

  const auto title = title_of(record, plan.width - 2 * kMargin);
  draw(sheet, title, kMargin, kMargin - 6);
  draw(sheet, name_of(record, plan.width - 2 * kMargin), kMargin, kMargin - 6 + measure(title).height + 4);

  draw_tile(sheet, plain, plan.left(0), plan.top(0), "", std::to_string(original.width) + " × " + std::to_string(original.height));
  const auto limits = colour_limits(attention, options.scale);
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    const auto map = map_weights(attention, t, plain.width, plain.height);
    const int tile = static_cast<int>(t) + 1;
    draw_tile(sheet, overlay_weights(plain, map, limits[t]), plan.left(tile), plan.top(tile), record.words[t].word,
              word_figures(record, t) + "   max " + short_number(largest_weights(attention)[t]));
  }
  const int footer = plan.height() - kMargin - 24;
  fill(sheet, {kMargin, footer - 34, plan.width - kMargin, footer - 33}, kLine);
  const auto regions = std::max<std::size_t>(1, regions_in_sight(record));
  draw_scale(sheet, plan.width - kMargin - kBarWidth, footer, limits.empty() ? 0 : limits[0], 1.0 / static_cast<double>(regions),
             options.scale);
  draw(sheet,
       {.text = "weight of a region, " + std::to_string(regions) + " regions" +
                (options.scale == WeightScale::kShared ? ", one scale for all words" : ", a scale for each word"),
        .pixels = 12,
        .colour = kGrey,
        .width = std::max(60, plan.width - 2 * kMargin - kBarWidth - kGap)},
       kMargin, footer - 3);
  return sheet;
}

}  // namespace saccade
