/// One HTML file that needs nothing else: pictures whose words show where they looked, and what a run wants to tell beside them.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/explanation/explanation.h"

namespace saccade {

/// A number worth large type.
struct ReportFigure {
  std::string value, label, note;
};

struct ReportCurve {
  std::string name;
  std::vector<std::pair<double, double>> points;  ///< x, y
};

struct ReportChart {
  std::string title, x_label, y_label;
  std::vector<ReportCurve> curves;
};

struct ReportTable {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

/// A captioned picture, reduced and encoded when it is made, so that a long report needs little memory.
struct ReportPicture {
  CaptionRecord record;
  std::string note;  ///< a line below the caption, as a verdict or a reference
  std::string uri;   ///< data:image/…
  int width = 0, height = 0;
  std::optional<Explanation> explanation;
};

ReportPicture report_picture(const CaptionRecord& record, const Picture& original, const std::string& note = "");

/// Whatever is empty is left out; the rest stands in this order.
struct ReportSection {
  std::string title, text;
  std::vector<ReportFigure> figures;
  std::vector<ReportChart> charts;
  std::vector<ReportTable> tables;
  std::vector<ReportPicture> pictures;
};

struct Report {
  std::string title, text;
  std::vector<ReportSection> sections;
};

/// The page. All text is escaped; a Content-Security-Policy allows its own script and style by their hashes, pictures inside the file, and
/// nothing else.
std::string render_report(const Report& report);

}  // namespace saccade
