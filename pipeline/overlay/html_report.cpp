#include "pipeline/overlay/html_report.h"

#include <algorithm>

#include "data/pictures/decode.h"
#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/html_parts.h"
#include "pipeline/overlay/text.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

constexpr int kLongestSide = 800;   // of a picture in the page
constexpr int kSmallPicture = 160;  // below, PNG keeps every pixel for less than JPEG would cost
constexpr int kJpegQuality = 86;

std::string_view as_text(const std::vector<std::byte>& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string heat_bytes() {
  std::string bytes;
  for (const auto& colour : heat_colours())
    bytes += {static_cast<char>(colour.red), static_cast<char>(colour.green), static_cast<char>(colour.blue)};
  return bytes;
}

std::string heat_gradient() {
  std::string stops;
  for (int i = 0; i <= 16; ++i) {
    const auto& colour = heat_colours()[i * 255 / 16];
    stops +=
        (i ? ",rgb(" : "rgb(") + std::to_string(colour.red) + " " + std::to_string(colour.green) + " " + std::to_string(colour.blue) + ")";
  }
  return ":root{--heat:linear-gradient(to right," + stops + ")}";
}

std::string words_html(const CaptionRecord& record) {
  if (!record.attention) return "<p class=\"caption\" dir=\"auto\">" + escape_html(record.caption) + "</p>";
  const std::string direction = is_right_to_left(record.caption) ? "rtl" : "ltr";  // dir="auto" would look past the words' own <bdi>
  std::string html = "<div class=\"caption\" dir=\"" + direction + "\" role=\"toolbar\" aria-label=\"Words of the caption\">";
  for (std::size_t t = 0; t < record.words.size(); ++t)
    html += std::string("<button type=\"button\" class=\"word\" aria-pressed=\"false\" tabindex=\"") + (t ? "-1" : "0") + "\"><bdi>" +
            escape_html(record.words[t].word) + "</bdi><small>" + escape_html(short_number(record.words[t].probability)) +
            "</small></button>";
  return html + "</div>";
}

std::string picture_html(const ReportPicture& picture) {
  const auto& record = picture.record;
  const bool is_small = std::max(picture.width, picture.height) < kSmallPicture;
  std::string html = std::string("<article class=\"picture") + (is_small ? " small" : "") + "\"><div class=\"stage\"><img src=\"" +
                     picture.uri + "\" width=\"" + std::to_string(picture.width) + "\" height=\"" + std::to_string(picture.height) +
                     "\" alt=\"" + escape_html(record.caption) + "\"></div><div class=\"told\">";
  html += words_html(record);
  if (!picture.note.empty()) html += "<p class=\"note\" dir=\"auto\">" + escape_html(picture.note) + "</p>";
  if (!record.warning.empty()) html += "<p class=\"warning\">" + escape_html(record.warning) + "</p>";
  if (!record.error.empty()) html += "<p class=\"warning\">" + escape_html(record.error) + "</p>";
  html += "<p class=\"file\"><bdi>" + escape_html(record.image) + "</bdi></p>";
  if (record.attention)
    html += "<p class=\"readout\" aria-live=\"polite\"></p><div class=\"legend\" hidden><i></i><span>0</span><span></span></div>";
  html += "</div>";
  if (record.attention)
    html += "<div class=\"strip\" aria-hidden=\"true\"></div><script type=\"application/json\">" + script_json(picture_json(picture)) +
            "</script>";
  return html + "</article>\n";
}

std::string table_html(const ReportTable& table) {
  std::string html = "<div class=\"scroll\"><table><thead><tr>";
  for (const auto& cell : table.head) html += "<th scope=\"col\">" + escape_html(cell) + "</th>";
  html += "</tr></thead><tbody>";
  for (const auto& row : table.rows) {
    html += "<tr>";
    for (const auto& cell : row) html += "<td>" + escape_html(cell) + "</td>";
    html += "</tr>";
  }
  return html + "</tbody></table></div>";
}

std::string section_html(const ReportSection& section) {
  std::string html = "<section>";
  if (!section.title.empty()) html += "<h2>" + escape_html(section.title) + "</h2>";
  if (!section.text.empty()) html += "<p class=\"text\">" + escape_html(section.text) + "</p>";
  if (!section.figures.empty()) {
    html += "<dl class=\"figures\">";
    for (const auto& figure : section.figures)
      html += "<div><dt>" + escape_html(figure.label) + "</dt><dd>" + escape_html(figure.value) + "</dd><dd class=\"note\">" +
              escape_html(figure.note) + "</dd></div>";
    html += "</dl>";
  }
  if (!section.charts.empty()) {
    html += "<div class=\"charts\">";
    for (const auto& chart : section.charts)
      html += "<figure><figcaption>" + escape_html(chart.title) + "</figcaption>" + chart_svg(chart) + "</figure>";
    html += "</div>";
  }
  for (const auto& table : section.tables) html += table_html(table);
  if (!section.pictures.empty()) {
    html += "<div class=\"pictures\">\n";
    for (const auto& picture : section.pictures) html += picture_html(picture);
    html += "</div>";
  }
  return html + "</section>\n";
}

bool has_attention(const Report& report) {
  return std::ranges::any_of(report.sections, [](const auto& section) {
    return std::ranges::any_of(section.pictures, [](const auto& picture) { return picture.record.attention.has_value(); });
  });
}

constexpr const char* kControls = R"(<form class="controls"><fieldset><legend>Colours</legend>
<label><input type="radio" name="scale" value="shared" checked> one scale for a caption</label>
<label><input type="radio" name="scale" value="word"> each word on its own</label></fieldset>
<p>Point at a word or a place, click to keep it, or walk with <kbd>←</kbd> <kbd>→</kbd>; <kbd>Esc</kbd> lets go.</p></form>)";

}  // namespace

ReportPicture report_picture(const CaptionRecord& record, const Picture& original, const std::string& note) {
  const int longest = std::max(original.width, original.height);
  const auto picture = longest > kLongestSide ? scale_to_fit(original, kLongestSide) : original;
  const bool is_small = longest < kSmallPicture;
  const auto bytes = is_small ? encode_png(picture) : encode_jpeg(picture, kJpegQuality);
  return {.record = record,
          .note = note,
          .uri = std::string("data:image/") + (is_small ? "png" : "jpeg") + ";base64," + base64(as_text(bytes)),
          .width = picture.width,
          .height = picture.height};
}

std::string render_report(const Report& report) {
  const auto style = heat_gradient() + std::string(report_style());
  const auto script = "\"use strict\";\nconst HEAT = \"" + base64(heat_bytes()) + "\";\n" + std::string(report_script());
  const auto policy = "default-src 'none'; img-src data:; style-src '" + policy_hash(style) + "'; script-src '" + policy_hash(script) +
                      "'; base-uri 'none'; form-action 'none'";
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"" +
      policy +
      "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n<title>" +
      escape_html(report.title) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<header><h1>" + escape_html(report.title) +
      "</h1>";
  if (!report.text.empty()) html += "<p class=\"text\">" + escape_html(report.text) + "</p>";
  html += "</header>\n<main>\n";
  bool controls_due = has_attention(report);
  for (const auto& section : report.sections) {
    if (controls_due && !section.pictures.empty()) {
      html += kControls;
      controls_due = false;
    }
    html += section_html(section);
  }
  return html + "</main>\n<footer><p>Saccade. This file needs no network and sends nothing.</p></footer>\n<script>" + script +
         "</script>\n</body>\n</html>\n";
}

}  // namespace saccade
