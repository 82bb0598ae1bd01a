/// What the HTML report is put together from.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/overlay/html_report.h"

namespace saccade {

/// Text for an element or a quoted attribute: broken UTF-8 replaced, control characters dropped, & < > " ' escaped.
std::string escape_html(std::string_view text);

/// JSON for a <script type="application/json">: nothing in it can end the element.
std::string script_json(const nlohmann::json& json);

std::string base64(std::string_view bytes);

/// "sha256-…", as a Content-Security-Policy names an inline script or style.
std::string policy_hash(std::string_view content);

/// The chart as inline SVG.
std::string chart_svg(const ReportChart& chart);

/// What the page's script needs to show the attention of a picture that has some: its weights once, as 16-bit parts, and where the regions
/// lie. Throws c10::Error for an explanation that does not fit the record.
nlohmann::json picture_json(const ReportPicture& picture);

/// The files of page/.
std::string_view report_style();
std::string_view report_script();

}  // namespace saccade
