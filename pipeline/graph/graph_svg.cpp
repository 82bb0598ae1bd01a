#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "data/text/utf8.h"
#include "pipeline/graph/draw_graph.h"
#include "pipeline/graph/graph_layout.h"
#include "pipeline/graph/graph_style.h"
#include "pipeline/overlay/html_parts.h"

namespace saccade {
namespace {

constexpr double kCorner = 9;            // radius of an arrow's
constexpr std::size_t kMostOfName = 60;  // letters of a file's name that are shown
constexpr double kLetterWidth = 0.57;    // of its height, on the mean and rather too much than too little
constexpr double kSerifWidth = 0.53;     // likewise
constexpr double kMostOver = 1.06;       // of its room that a text may seem to need before it is set narrower

std::string number_text(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::string attribute(const char* name, double value) { return std::string(" ") + name + "=\"" + number_text(value) + "\""; }

std::string rectangle(const GraphBox& box, double radius, const std::string& kind = "") {
  return "<rect" + (kind.empty() ? "" : " class=\"" + kind + "\"") + attribute("x", box.left) + attribute("y", box.top) +
         attribute("width", box.width) + attribute("height", box.height) + attribute("rx", radius) + "/>";
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// As mathematics is set: variables, which are single letters, slanted; functions upright; what stands in _{} small and low.
class FormulaText {
 public:
  explicit FormulaText(std::string_view formula) : rest_(formula) {
    while (!rest_.empty()) add_next();
  }
  const std::string& svg() const { return svg_; }
  int64_t letters() const { return letters_; }

 private:
  void add_next() {
    if (rest_.starts_with("_{")) {
      svg_ += "<tspan dy=\"3.5\" font-size=\"10\">";
      rest_.remove_prefix(2);
      is_index_ = true;
    } else if (is_index_ && rest_.front() == '}') {
      svg_ += "</tspan>";
      rest_.remove_prefix(1);
      is_index_ = false;
      // What follows is to stand on the line again.
      if (!rest_.empty()) {
        svg_ += "<tspan dy=\"-3.5\">";
        const auto end = rest_.find("_{");
        const auto tail = rest_.substr(0, end);
        const FormulaText inner(tail);
        svg_ += inner.svg() + "</tspan>";
        letters_ += inner.letters();
        rest_.remove_prefix(tail.size());
      }
    } else {
      add_run();
    }
  }

  void add_run() {
    std::size_t length = 1;
    bool slants = false;
    if (is_ascii_letter(rest_.front())) {
      while (length < rest_.size() && is_ascii_letter(rest_[length])) ++length;
      slants = length == 1;
    } else {
      while (length < rest_.size() && (static_cast<unsigned char>(rest_[length]) & 0xC0) == 0x80) ++length;
      const auto one = rest_.substr(0, length);
      slants = one == "α" || one == "β" || one == "τ" || one == "õ";
      letters_ -= static_cast<int64_t>(length) - 1;  // of one letter's bytes the first counts
    }
    const auto text = escape_html(rest_.substr(0, length));
    svg_ += slants ? "<tspan class=\"i\">" + text + "</tspan>" : text;
    letters_ += static_cast<int64_t>(length);
    rest_.remove_prefix(length);
  }

  std::string_view rest_;
  std::string svg_;
  int64_t letters_ = 0;
  bool is_index_ = false;
};

struct TextStyle {
  std::string kind;
  double size = 12;
  double room = 1e9;  ///< text that is wider is set narrower
  const char* anchor = "start";
  double letter_width = kLetterWidth;
};

std::string text_element(double x, double y, const TextStyle& style, const std::string& content, int64_t letters) {
  const double width = static_cast<double>(letters) * style.size * style.letter_width;
  std::string narrowed;
  if (width > style.room * kMostOver) narrowed = attribute("textLength", style.room) + " lengthAdjust=\"spacingAndGlyphs\"";
  return "<text" + attribute("x", x) + attribute("y", y) + " class=\"" + style.kind + "\"" +
         (style.anchor == std::string_view("start") ? "" : std::string(" text-anchor=\"") + style.anchor + "\"") + narrowed + ">" +
         content + "</text>\n";
}

std::string plain_text(double x, double y, const TextStyle& style, const std::string& text) {
  return text_element(x, y, style, escape_html(text), std::ssize(code_points(replace_invalid_utf8(text))));
}

std::string formula_text(double x, double y, const TextStyle& style, const std::string& formula) {
  const FormulaText text(formula);
  return text_element(x, y, style, text.svg(), text.letters());
}

/// The file's name may be of any length.
std::string shortened(const std::string& name) {
  const auto letters = code_points(replace_invalid_utf8(name));
  if (letters.size() <= kMostOfName) return name;
  std::string text;
  for (std::size_t i = 0; i < kMostOfName - 1; ++i) text += to_utf8(letters[i]);
  return text + "…";
}

std::string block_svg(const PlacedBlock& placed) {
  using namespace graph_text;
  const auto& [block, box] = placed;
  const double left = box.left + kPadding, right = box.right() - kPadding, room = right - left;
  std::string svg = "<g class=\"block " + std::string(role_of(block.place)) + "\">" + rectangle(box, 8) + "\n";
  svg += plain_text(left, box.top + 21, {.kind = "title", .size = kTitle, .room = room}, block.title);
  double y = box.top + kTitleLine;
  for (const auto& formula : block.formulas) {
    y += kFormulaLine;
    svg += formula_text(left, y - 5, {.kind = "formula", .size = kFormula, .room = room, .letter_width = kSerifWidth}, formula);
  }
  for (const auto& shape : block.shapes) {
    y += kShapeLine;
    svg += plain_text(left, y - 4, {.kind = "shape", .size = kShape, .room = room}, shape);
  }
  if (!block.modules.empty()) {
    y += kCountLine;
    svg += plain_text(left, y - 4, {.kind = "count", .size = kCount, .room = room},
                      with_commas(block.parameters()) + (block.parameters() == 1 ? " parameter" : " parameters"));
  }
  if (tells_modules(block)) {
    y += kModuleGap;
    svg +=
        "<line class=\"rule\"" + attribute("x1", left) + attribute("x2", right) + attribute("y1", y - 2) + attribute("y2", y - 2) + "/>\n";
    for (const auto& module : block.modules) {
      y += kModuleLine;
      const auto number = with_commas(module.parameters);
      const double number_room = static_cast<double>(number.size()) * kModule * kLetterWidth;
      svg += plain_text(left, y - 3, {.kind = "module", .size = kModule, .room = room - number_room}, module.meaning);
      svg += plain_text(right, y - 3, {.kind = "module", .size = kModule, .anchor = "end"}, number);
    }
  }
  return svg + "</g>\n";
}

std::string frame_svg(const GraphFrame& frame) {
  const auto drawn = [&](double radius, const std::string& kind, double size) {
    return rectangle(frame.box, radius, kind) + "\n" +
           plain_text(frame.label_at.x, frame.label_at.y, {.kind = kind + "-label", .size = size}, frame.label);
  };
  switch (frame.kind) {
    case FrameKind::kBand:
      return drawn(12, "band", 12);
    case FrameKind::kStages:
      return drawn(10, "stages", 13);
    case FrameKind::kRepeated:
      return drawn(14, "repeated", 12.5);
  }
  return "";
}

/// Corners rounded, and a tip at the end.
std::string arrow_svg(const GraphArrow& arrow) {
  const auto at = [](const GraphPoint& point) { return number_text(point.x) + " " + number_text(point.y); };
  const auto towards = [](const GraphPoint& from, const GraphPoint& to, double length) {
    const double all = std::hypot(to.x - from.x, to.y - from.y), part = all > 0 ? std::min(length, all / 2) / all : 0;
    return GraphPoint{from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part};
  };
  const auto& points = arrow.points;
  std::string path = "M" + at(points.front());
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    path +=
        "L" + at(towards(points[i], points[i - 1], kCorner)) + "Q" + at(points[i]) + " " + at(towards(points[i], points[i + 1], kCorner));
  }
  const auto& end = points.back();
  const auto before = towards(end, points[points.size() - 2], 4);
  path += "L" + at(before);
  const double dx = std::clamp(end.x - before.x, -1.0, 1.0), dy = std::clamp(end.y - before.y, -1.0, 1.0);  // one of them is 0
  const GraphPoint back{end.x - dx * 9, end.y - dy * 9};
  std::string svg = "<path class=\"arrow\" d=\"" + path + "\"/><path class=\"tip\" d=\"M" + at(end) + "L" +
                    at({back.x - dy * 4.5, back.y - dx * 4.5}) + "L" + at({back.x + dy * 4.5, back.y + dx * 4.5}) + "Z\"/>\n";
  if (!arrow.label.empty()) svg += plain_text(arrow.label_at.x, arrow.label_at.y, {.kind = "flow", .size = 12.5}, arrow.label);
  return svg;
}

std::string letters_svg(const std::vector<GraphLetter>& letters, const GraphBox& room) {
  constexpr std::size_t kRows = 5;
  constexpr double kRow = 19;
  const auto columns = (letters.size() + kRows - 1) / kRows;
  const double width = room.width / static_cast<double>(std::max<std::size_t>(columns, 1));
  std::string svg;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const double x = room.left + static_cast<double>(i / kRows) * width, y = room.top + 14 + static_cast<double>(i % kRows) * kRow;
    svg += plain_text(x, y, {.kind = "letter", .size = 13.5}, letters[i].letter);
    svg += plain_text(x + 60, y, {.kind = "size", .size = 12.5, .anchor = "end"}, std::to_string(letters[i].size));
    svg += plain_text(x + 68, y, {.kind = "meaning", .size = 12, .room = width - 76}, letters[i].meaning);
  }
  return svg;
}

/// A bar of all parameters, by role.
std::string shares_svg(const NetworkGraph& graph, const GraphBox& room) {
  constexpr std::array kRoles = {"encoder", "refiner", "attention", "decoder", "output"};
  const auto all = static_cast<double>(std::max<int64_t>(graph.parameters(), 1));
  const double column = room.width / static_cast<double>(kRoles.size());
  double left = room.left, label = room.left;
  std::string svg;
  for (const auto* role : kRoles) {
    int64_t count = 0;
    for (const auto& block : graph.blocks) count += role_of(block.place) == role ? block.parameters() : 0;
    if (count == 0) continue;
    const double share = static_cast<double>(count) / all;
    const auto kind = "share " + std::string(role);
    svg += rectangle({left, room.top, std::max(1.5, share * room.width - 1.5), 10}, 1.5, kind) + "\n";
    left += share * room.width;
    svg += rectangle({label, room.top + 24, 11, 11}, 3, kind) + "\n";
    char percent[16];
    std::snprintf(percent, sizeof percent, "%.1f %%", 100 * share);
    svg += plain_text(label + 18, room.top + 34, {.kind = "size", .size = 12.5}, role);
    svg += plain_text(label + 18, room.top + 52, {.kind = "meaning", .size = 12}, with_commas(count) + " · " + percent);
    label += column;
  }
  return svg;
}

}  // namespace

std::string with_commas(int64_t number) {
  auto text = std::to_string(number);
  for (auto place = std::ssize(text) - 3; place > 0; place -= 3) text.insert(static_cast<std::size_t>(place), ",");
  return text;
}

std::string_view role_of(BlockPlace place) {
  switch (place) {
    case BlockPlace::kPicture:
      return "picture";
    case BlockPlace::kEncoder:
      return "encoder";
    case BlockPlace::kRefiner:
      return "refiner";
    case BlockPlace::kKeys:
    case BlockPlace::kValues:
    case BlockPlace::kSentinel:
    case BlockPlace::kScore:
    case BlockPlace::kNormalise:
    case BlockPlace::kSum:
    case BlockPlace::kGate:
      return "attention";
    case BlockPlace::kEmbedding:
    case BlockPlace::kAsker:
    case BlockPlace::kTold:
      return "decoder";
    case BlockPlace::kOutput:
    case BlockPlace::kWord:
      return "output";
  }
  return "";
}

std::string graph_svg(const NetworkGraph& graph, GraphColours colours) {
  const auto layout = lay_out(graph);
  const auto width = number_text(layout.width), height = number_text(layout.height);
  const auto name = shortened(graph.name);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height + "\" width=\"" + width +
                    "\" height=\"" + height + "\" role=\"img\">\n<title>" + escape_html(name) + "</title>\n<desc>" +
                    escape_html(graph.summary) + "</desc>\n<style>" + std::string(graph_style());
  if (colours == GraphColours::kAsScreen) svg += "@media (prefers-color-scheme:dark){" + std::string(dark_graph_style()) + "}\n";
  svg += "</style>\n";
  svg += rectangle({0, 0, layout.width, layout.height}, 0, "paper") + "\n";
  const auto total = with_commas(graph.parameters()) + " parameters";
  svg += plain_text(layout.shares.left, 38, {.kind = "name", .size = 21, .room = 860}, name);
  svg += plain_text(layout.shares.right(), 38, {.kind = "name", .size = 21, .anchor = "end"}, total);
  svg += plain_text(layout.shares.left, 62, {.kind = "summary", .size = 14, .room = layout.shares.width}, graph.summary);
  for (const auto& frame : layout.frames) svg += frame_svg(frame);
  for (const auto& arrow : layout.arrows) svg += arrow_svg(arrow);
  for (const auto& block : layout.blocks) svg += block_svg(block);
  svg += letters_svg(graph.letters, layout.letters);
  svg += shares_svg(graph, layout.shares);
  return svg + "</svg>\n";
}

}  // namespace saccade
