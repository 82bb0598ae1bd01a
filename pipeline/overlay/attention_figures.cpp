#include "pipeline/overlay/attention_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "data/error.h"
#include "data/pictures/decode.h"
#include "pipeline/attention/statistics.h"
#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/html_parts.h"
#include "pipeline/overlay/region_grid.h"
#include "pipeline/overlay/text.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

constexpr int kFigureMargin = 16, kFigureText = 13;
constexpr int kMatrixCell = 20, kMatrixRow = 24, kMatrixGap = 5, kMatrixHead = 20;
constexpr int kPiecePixels = 40, kPieceQuality = 88;  // of a region's piece in the file: twice what is shown
constexpr int kPlotStep = 48, kPlotHeight = 56, kPlotGap = 34, kPlotAxis = 44;

struct SvgText {
  std::string text;
  double x = 0, y = 0;
  const char* anchor = "start";
  Rgb8 colour = kInk;
  const char* more = "";  // attributes
};

std::string svg_number(double value, int digits = 6) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return text;
}

std::string svg_colour(Rgb8 colour) {
  char text[8];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
  return text;
}

std::string svg_text(const SvgText& text) {
  return "<text x=\"" + svg_number(text.x) + "\" y=\"" + svg_number(text.y) + "\" text-anchor=\"" + text.anchor + "\" fill=\"" +
         svg_colour(text.colour) + "\"" + text.more + ">" + escape_html(text.text) + "</text>\n";
}

std::string svg_box(double x, double y, double width, double height, Rgb8 colour) {
  return "<rect x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" width=\"" + svg_number(width) + "\" height=\"" +
         svg_number(height) + "\" fill=\"" + svg_colour(colour) + "\"/>\n";
}

std::string svg_page(double width, double height, const std::string& title, const std::string& content) {
  const auto size = svg_number(width) + "\" height=\"" + svg_number(height);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" viewBox=\"0 0 " + svg_number(width) + " " + svg_number(height) +
         "\" font-family=\"sans-serif\" font-size=\"" + svg_number(kFigureText) + "\">\n<title>" + escape_html(title) +
         "</title>\n<rect width=\"" + size + "\" fill=\"#ffffff\"/>\n" + content + "</svg>\n";
}

int widest_word(const CaptionRecord& record) {
  int width = 0;
  for (const auto& word : record.words) width = std::max(width, measure({.text = word.word, .pixels = kFigureText}).width);
  return width;
}

/// The part of the original that a region saw; without an area where the region lies beside the picture.
PixelRange pixels_of(const RegionBox& region, const PictureGeometry& geometry) {
  const auto pixel = [](double place, int limit) { return std::clamp(static_cast<int>(std::lround(place)), 0, limit); };
  return {pixel(geometry.left + region.left * geometry.crop_width, geometry.width),
          pixel(geometry.top + region.top * geometry.crop_height, geometry.height),
          pixel(geometry.left + region.right * geometry.crop_width, geometry.width),
          pixel(geometry.top + region.bottom * geometry.crop_height, geometry.height)};
}

std::string piece_svg(const Picture& original, const PixelRange& range, double x, double y) {
  if (range.right <= range.left || range.bottom <= range.top) return "";
  auto piece = blank_picture(range.right - range.left, range.bottom - range.top, kPaper);
  paste(piece, original, -range.left, -range.top);
  const auto jpeg = encode_jpeg(scale_to_fit(piece, kPiecePixels), kPieceQuality);
  return "<image x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" width=\"" + svg_number(kMatrixCell - 1) + "\" height=\"" +
         svg_number(kMatrixCell - 1) + "\" preserveAspectRatio=\"none\" href=\"data:image/jpeg;base64," +
         base64({reinterpret_cast<const char*>(jpeg.data()), jpeg.size()}) + "\"/>\n";
}

/// A region for each column, those without a place last, and where the column stands.
struct MatrixColumns {
  std::vector<int> regions;
  int in_group = 0;  // columns of a grid
  bool is_grid = false;
  double left(std::size_t column) const { return static_cast<double>(column * kMatrixCell + column / in_group * kMatrixGap); }
};

MatrixColumns matrix_columns(const std::vector<RegionBox>& regions) {
  MatrixColumns columns;
  const auto grid = find_grid(regions);
  if (grid) columns.regions = grid->region_at;
  for (const bool placed : {true, false})
    for (std::size_t region = 0; region < regions.size(); ++region)
      if (has_area(regions[region]) == placed && !(grid && placed)) columns.regions.push_back(static_cast<int>(region));
  columns.is_grid = grid.has_value();
  columns.in_group = std::max(1, grid ? grid->columns : static_cast<int>(regions.size()));
  return columns;
}

std::string matrix_scale(double x, double y, const std::string& most) {
  constexpr int kSteps = 64, kWidth = 3;
  std::string svg;
  for (int i = 0; i < kSteps; ++i) svg += svg_box(x + i * kWidth, y, kWidth + 0.5, 9, heat_colours()[i * 255 / (kSteps - 1)]);
  return svg + svg_text({"0", x, y + 24, "start", kGrey}) + svg_text({most, x + kSteps * kWidth, y + 24, "end", kGrey});
}

/// One measure over the words; what is not known of a word is left out.
struct StrengthPlot {
  std::string name;
  std::vector<std::optional<double>> values;
  double most = 1;
};

std::vector<StrengthPlot> strength_plots(const AttentionRecord& attention) {
  std::vector<StrengthPlot> plots = {{.name = "entropy (1: even weights)"},
                                     {.name = "largest weight", .most = 0},
                                     {.name = "effective regions", .most = 0},
                                     {.name = "movement since the word before"}};
  for (const auto& look : look_statistics(attention)) {
    plots[0].values.emplace_back(look.entropy);
    plots[1].values.emplace_back(look.largest);
    plots[2].values.emplace_back(look.effective_regions);
    plots[3].values.push_back(look.movement);
    plots[1].most = std::max(plots[1].most, look.largest);
    plots[2].most = std::max(plots[2].most, look.effective_regions);
  }
  if (!attention.gates.empty()) plots.push_back({.name = "gate β", .values = {attention.gates.begin(), attention.gates.end()}});
  return plots;
}

std::string plot_svg(const StrengthPlot& plot, double left, double top, double width) {
  constexpr Rgb8 kCurve = {28, 111, 176};
  const double bottom = top + kPlotHeight;
  auto svg = svg_text({plot.name, left, top - 8, "start", kInk, " font-weight=\"600\""});
  svg += svg_box(left, top, width, 0.75, kLine) + svg_box(left, bottom, width, 0.75, kLine);
  svg += svg_text({svg_number(plot.most, 3), left - 8, top + 5, "end", kGrey}) + svg_text({"0", left - 8, bottom + 5, "end", kGrey});
  std::string points, dots;
  for (std::size_t t = 0; t < plot.values.size(); ++t) {
    if (!plot.values[t]) continue;
    const auto x = svg_number(left + kPlotStep * (static_cast<double>(t) + 0.5));
    const auto y = svg_number(bottom - kPlotHeight * (plot.most > 0 ? *plot.values[t] / plot.most : 0));
    points += x + "," + y + " ";
    dots += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"3\" fill=\"" + svg_colour(kCurve) + "\"/>\n";
  }
  return svg + "<polyline points=\"" + points + "\" fill=\"none\" stroke=\"" + svg_colour(kCurve) + "\" stroke-width=\"1.75\"/>\n" + dots;
}

}  // namespace

void require_few_regions(const CaptionRecord& record) {
  const auto count = record.attention->regions.size();
  if (count > kMostMatrixRegions)
    throw Error(record.image, std::to_string(count) + " regions are too many for the matrix, which has a column a region",
                "at most " + std::to_string(kMostMatrixRegions) + ", or another format");
}

std::string matrix_svg(const CaptionRecord& record, const Picture& original, WeightScale scale) {
  require_few_regions(record);
  const auto& attention = *record.attention;
  const auto columns = matrix_columns(attention.regions);
  const auto limits = colour_limits(attention, scale);
  const double left = kFigureMargin + widest_word(record) + 10, top = kFigureMargin + kMatrixHead + kMatrixCell + 4;
  std::string svg;
  for (std::size_t column = 0; column < columns.regions.size(); ++column) {
    const auto& region = attention.regions[columns.regions[column]];
    const double x = left + columns.left(column);
    if (has_area(region)) svg += piece_svg(original, pixels_of(region, attention.geometry), x, top - kMatrixCell - 3);
    if (columns.is_grid && has_area(region) && column % columns.in_group == 0)
      svg += svg_text({"row " + std::to_string(column / columns.in_group + 1), x, kFigureMargin + 11, "start", kGrey});
    for (std::size_t t = 0; t < record.words.size(); ++t) {
      const double part = limits[t] > 0 ? std::min(1.0, attention.weights[t][columns.regions[column]] / limits[t]) : 0;
      svg +=
          svg_box(x, top + static_cast<double>(t) * kMatrixRow, kMatrixCell - 1, kMatrixRow - 1, heat_colours()[std::lround(part * 255)]);
    }
  }
  for (std::size_t t = 0; t < record.words.size(); ++t)
    svg += svg_text({record.words[t].word, left - 10, top + kMatrixRow * (static_cast<double>(t) + 0.5) + 4, "end"});
  const double bottom = top + kMatrixRow * static_cast<double>(record.words.size()) + 14;
  svg +=
      matrix_scale(left, bottom, scale == WeightScale::kShared && !limits.empty() ? short_number(limits[0]) : "the word's largest weight");
  const double width = columns.regions.empty() ? 0 : columns.left(columns.regions.size() - 1) + kMatrixCell;
  return svg_page(std::max(left + width, left + 200) + kFigureMargin, bottom + 24 + kFigureMargin, record.caption, svg);
}

std::string strength_svg(const CaptionRecord& record) {
  const auto plots = strength_plots(*record.attention);
  const double left = kFigureMargin + kPlotAxis, width = std::max<double>(220, kPlotStep * static_cast<double>(record.words.size()));
  std::string svg;
  double top = kFigureMargin + 22;
  for (const auto& plot : plots) {
    svg += plot_svg(plot, left, top, width);
    top += kPlotHeight + kPlotGap;
  }
  const double names = top - kPlotGap + 18, slope = std::sin(0.7);  // of 40°
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    const double x = left + kPlotStep * (static_cast<double>(t) + 0.5);
    const auto turn = " transform=\"rotate(-40 " + svg_number(x) + " " + svg_number(names) + ")\"";
    svg += svg_text({record.words[t].word, x + 4, names, "end", kInk, turn.c_str()});
  }
  return svg_page(left + width + kFigureMargin, names + widest_word(record) * slope + kFigureMargin, record.caption, svg);
}

}  // namespace saccade
