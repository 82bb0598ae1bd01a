#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "pipeline/overlay/html_parts.h"

namespace saccade {
namespace {

constexpr double kLetter = 8;  // of a name, at most about
constexpr double kWidth = 640, kHeight = 300, kLeft = 56, kLeastRight = 96, kTop = 30, kBottom = 48;
constexpr int kCurveColours = 4;

std::string printed(double value, const char* format = "%.6g") {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// An axis from the data's least to its largest value, with ticks at 1, 2 or 5 times a power of ten.
struct Scale {
  double least = 0, most = 1, step = 1;

  void fit(double low, double high, int ticks) {
    if (!(high > low)) high = low + 1;
    const double rough = (high - low) / ticks, power = std::pow(10, std::floor(std::log10(rough)));
    step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    least = std::floor(low / step + 1e-9) * step;
    most = std::ceil(high / step - 1e-9) * step;
  }
  double part(double value) const { return (value - least) / (most - least); }
  std::vector<double> ticks() const {
    std::vector<double> values;
    for (int i = 0; least + i * step <= most + step / 1000; ++i) values.push_back(least + i * step);
    return values;
  }
};

std::string text_at(double x, double y, const char* anchor, const std::string& text, const std::string& kind) {
  return "<text x=\"" + printed(x) + "\" y=\"" + printed(y) + "\" text-anchor=\"" + anchor + "\" class=\"" + kind + "\">" +
         escape_html(text) + "</text>";
}

std::string line_between(double x1, double y1, double x2, double y2) {
  return "<line x1=\"" + printed(x1) + "\" y1=\"" + printed(y1) + "\" x2=\"" + printed(x2) + "\" y2=\"" + printed(y2) +
         "\" class=\"rule\"/>";
}

}  // namespace

std::string chart_svg(const ReportChart& chart) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  double low_x = kInfinity, high_x = -kInfinity, low_y = kInfinity, high_y = -kInfinity;
  std::vector<ReportCurve> curves;
  for (auto curve : chart.curves) {
    std::erase_if(curve.points, [](const auto& point) { return !std::isfinite(point.first) || !std::isfinite(point.second); });
    if (curve.points.empty()) continue;
    for (const auto& [x, y] : curve.points) {
      low_x = std::min(low_x, x), high_x = std::max(high_x, x);
      low_y = std::min(low_y, y), high_y = std::max(high_y, y);
    }
    curves.push_back(std::move(curve));
  }
  if (curves.empty()) return "";
  double right = kLeastRight;  // of the plot, where the names stand
  for (const auto& curve : curves) right = std::clamp(kLetter * static_cast<double>(curve.name.size()) + 16, right, kWidth / 2);
  Scale across, up;
  across.fit(low_x, high_x, 8);
  up.fit(low_y >= 0 && low_y < 0.5 * high_y ? 0 : low_y, high_y, 5);  // from 0 where that wastes little
  across.least = low_x, across.most = high_x > low_x ? high_x : low_x + 1;
  const auto x_of = [&](double x) { return kLeft + across.part(x) * (kWidth - kLeft - right); };
  const auto y_of = [&](double y) { return kHeight - kBottom - up.part(y) * (kHeight - kTop - kBottom); };

  std::string svg =
      "<svg viewBox=\"0 0 " + printed(kWidth) + " " + printed(kHeight) + "\" role=\"img\" aria-label=\"" + escape_html(chart.title) + "\">";
  for (const double tick : up.ticks()) {
    svg += line_between(kLeft, y_of(tick), kWidth - right, y_of(tick));
    svg += text_at(kLeft - 8, y_of(tick) + 4, "end", printed(std::abs(tick) < 1e-12 ? 0 : tick), "tick");
  }
  for (double tick = std::ceil(across.least / across.step - 1e-9) * across.step; tick <= across.most + across.step / 1000;
       tick += across.step)
    svg += text_at(x_of(tick), kHeight - kBottom + 20, "middle", printed(std::abs(tick) < 1e-12 ? 0 : tick), "tick");
  svg += text_at((kLeft + kWidth - right) / 2, kHeight - 8, "middle", chart.x_label, "axis");
  svg += text_at(0, 12, "start", chart.y_label, "axis");

  std::vector<double> label_heights;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const auto kind = "curve curve-" + std::to_string(i % kCurveColours);
    std::string points, dots;
    for (const auto& [x, y] : curves[i].points) {
      points += printed(x_of(x), "%.1f") + "," + printed(y_of(y), "%.1f") + " ";
      if (curves[i].points.size() <= 40)
        dots += "<circle cx=\"" + printed(x_of(x), "%.1f") + "\" cy=\"" + printed(y_of(y), "%.1f") + "\" r=\"3\"><title>" +
                escape_html(curves[i].name + ": " + printed(y, "%.4g") + " at " + printed(x)) + "</title></circle>";
    }
    double height = y_of(curves[i].points.back().second) + 4;
    for (const double other : label_heights)
      if (std::abs(other - height) < 15) height = other + 15;
    label_heights.push_back(height);
    svg += "<g class=\"" + kind + "\"><polyline points=\"" + points + "\"/>" + dots;
    svg += text_at(x_of(curves[i].points.back().first) + 9, height, "start", curves[i].name, "name") + "</g>";
  }
  return svg + "</svg>";
}

}  // namespace saccade
