#include "pipeline/overlay/overlay_captions.h"

#include <algorithm>

#include "data/error.h"
#include "data/inputs/picture_source.h"
#include "data/pictures/decode.h"
#include "pipeline/overlay/report_pages.h"
#include "pipeline/progress.h"
#include "pipeline/stop_signal.h"

namespace saccade {
namespace {

/// A picture by the name its record gives it: a file, or a member of an archive as "shard.tar/member.jpg".
class Originals {
 public:
  explicit Originals(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Picture find(const std::string& name) {
    const auto path = folder_ / name;
    const auto archive = archive_of(path);
    if (archive.empty()) return read_picture(path).picture;
    return decode_picture(member("tar:" + archive.string(), path.string()), name).picture;
  }

 private:
  /// The file that stands where the path would have a folder; empty where there is none.
  static std::filesystem::path archive_of(const std::filesystem::path& path) {
    for (auto parent = path.parent_path(); !parent.empty() && parent != parent.parent_path(); parent = parent.parent_path()) {
      if (std::filesystem::is_regular_file(parent)) return parent;
    }
    return {};
  }

  /// Records stand in the archive's order, so that one pass over it serves them all; from its beginning again where they do not.
  std::vector<std::byte> member(const std::string& archive, const std::string& name) {
    for (int pass = 0; pass < 2; ++pass) {
      if (archive != archive_ || pass > 0) source_.emplace(PictureSourceOptions{.inputs = {archive}});
      archive_ = archive;
      while (const auto picture = source_->next()) {
        if (picture->name == name) return picture->read();
      }
    }
    throw Error(name, "is not in its archive", "give the archive that was captioned");
  }

  std::filesystem::path folder_;
  std::string archive_;
  std::optional<PictureSource> source_;
};

}  // namespace

OverlayTally overlay_captions(const OverlayCaptionsOptions& options) {
  auto records = read_records(options.captions);
  auto overlay = options.overlay;
  std::optional<ReportPages> pages;
  if (std::erase(overlay.formats, OverlayFormat::kHtml) > 0)
    pages.emplace(options.output / "captions.html", "What each word looked at", options.page_pictures);
  std::filesystem::create_directories(options.output);  // before the work, which would be lost
  Originals originals(options.images);
  Progress progress({.total = std::ssize(records), .label = "drawing", .unit = "pictures", .quiet = options.quiet});
  OverlayTally tally;
  for (const auto& record : records) {
    tally.stopped = StopSignal::requested();
    if (tally.stopped) break;
    progress.advance();
    if (!record.error.empty()) {
      ++tally.without_caption;
      continue;
    }
    Picture original;
    try {
      original = originals.find(record.image);
      require_drawable(record, original, overlay.formats);
    } catch (const std::exception& error) {
      tally.failures.emplace_back(error.what());
      continue;
    }
    if (!overlay.formats.empty()) write_overlay(record, original, options.output, overlay);
    if (pages) pages->add(report_picture(record, with_region(record, original)));
    ++tally.drawn;
  }
  if (pages) pages->finish();
  return tally;
}

}  // namespace saccade
