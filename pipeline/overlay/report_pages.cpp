#include "pipeline/overlay/report_pages.h"

#include <utility>

#include "pipeline/overlay/overlay.h"

namespace saccade {

void ReportPages::add(ReportPicture picture) {
  pictures_.push_back(std::move(picture));
  if (pictures_.size() == size_) finish();
}

void ReportPages::finish() {
  if (pictures_.empty()) return;
  auto path = path_;
  if (++written_ > 1) path.replace_filename(path_.stem().string() + "-" + std::to_string(written_) + path_.extension().string());
  write_report({.title = title_, .sections = {{.pictures = std::exchange(pictures_, {})}}}, path);
}

}  // namespace saccade
