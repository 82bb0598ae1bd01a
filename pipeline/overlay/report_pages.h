/// Many pictures as HTML pages that a browser opens without trouble.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/overlay/html_report.h"

namespace saccade {

/// The first page is `path`, "captions.html"; what is too much for it goes to "captions-2.html" and so on. Each is written when it is full.
class ReportPages {
 public:
  static constexpr std::size_t kPictures = 500;

  ReportPages(std::filesystem::path path, std::string title, std::size_t pictures = kPictures)
      : path_(std::move(path)), title_(std::move(title)), size_(pictures) {}

  void add(ReportPicture picture);
  /// What is left; nothing for none.
  void finish();

 private:
  std::filesystem::path path_;
  std::string title_;
  std::size_t size_;
  std::vector<ReportPicture> pictures_;
  int written_ = 0;
};

}  // namespace saccade
