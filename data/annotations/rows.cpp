#include "data/annotations/rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "data/annotations/text_limits.h"
#include "data/error.h"
#include "data/text/utf8.h"

namespace saccade {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Bytes of the blank or line break that `text` starts with: ASCII controls and blank, NEL, no-break and ideographic space, line and
/// paragraph separators. 0: none.
std::size_t leading_blank(std::string_view text) {
  if (text[0] == ' ' || is_control(text[0])) return 1;
  if (static_cast<unsigned char>(text[0]) < 0x80) return 0;
  for (const std::string_view blank : {"\xc2\x85", "\xc2\xa0", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe3\x80\x80"}) {
    if (text.starts_with(blank)) return blank.size();
  }
  return 0;
}

/// What the entity at the start of `text` stands for, and its length; length 0 where there is none.
std::pair<std::string, std::size_t> leading_entity(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNamed{
      {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}}};
  const auto end = text.substr(0, 12).find(';');
  if (end == std::string_view::npos || end < 3) return {};
  const auto name = text.substr(1, end - 1);
  for (const auto& [known, meaning] : kNamed) {
    if (name == known) return {std::string(meaning), end + 1};
  }
  if (name[0] != '#') return {};
  const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
  const auto digits = name.substr(hexadecimal ? 2 : 1);
  uint32_t code_point = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code_point, hexadecimal ? 16 : 10);
  const bool usable = code_point >= 0x20 && code_point < 0x110000 && (code_point < 0xd800 || code_point > 0xdfff);
  if (error != std::errc{} || stop != digits.data() + digits.size() || !usable) return {};
  return {to_utf8(code_point), end + 1};
}

std::string without_entities(std::string_view text) {
  std::string decoded;
  while (!text.empty()) {
    const auto [meaning, length] = text[0] == '&' ? leading_entity(text) : std::pair<std::string, std::size_t>{};
    if (length == 0) {
      decoded += text[0];
      text.remove_prefix(1);
    } else {
      decoded += meaning;
      text.remove_prefix(length);
    }
  }
  return decoded;
}

std::string with_single_blanks(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  bool blank_waits = false;
  while (!text.empty()) {
    if (const auto blank = leading_blank(text); blank != 0) {
      blank_waits = !line.empty();
      text.remove_prefix(blank);
      continue;
    }
    if (std::exchange(blank_waits, false)) line += ' ';
    line += text[0];
    text.remove_prefix(1);
  }
  return line;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || is_control(text.front()))) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || is_control(text.back()))) text.remove_suffix(1);
  return text;
}

std::string shown(std::string_view text, std::size_t longest) {
  std::string visible(text.substr(0, longest));
  for (char& c : visible) {
    if (is_control(c)) c = '?';
  }
  visible = replace_invalid_utf8(visible);  // the cut may have gone through a letter
  return text.size() > longest ? visible + "..." : visible;
}

Cleaned clean_caption(std::string_view raw) {
  if (raw.size() > kMaxCaptionBytes) return {.problem = "the caption is longer than " + std::to_string(kMaxCaptionBytes) + " bytes"};
  if (!is_valid_utf8(raw)) return {.problem = "the caption `" + shown(raw) + "` is not UTF-8; iconv -t utf-8 converts a file"};
  auto text = raw.find('&') == std::string_view::npos ? with_single_blanks(raw) : with_single_blanks(without_entities(raw));
  if (text.empty()) return {.problem = "the caption is empty"};
  return {.text = std::move(text)};
}

Cleaned clean_file_name(std::string_view raw) {
  if (raw.size() > kMaxFileNameBytes) return {.problem = "the file name is longer than " + std::to_string(kMaxFileNameBytes) + " bytes"};
  while (!raw.empty() && (raw.front() == ' ' || raw.front() == '\t')) raw.remove_prefix(1);
  while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\t')) raw.remove_suffix(1);
  if (raw.empty()) return {.problem = "the file name is empty"};
  if (std::any_of(raw.begin(), raw.end(), is_control)) return {.problem = "the file name `" + shown(raw) + "` has control characters"};
  if (!is_valid_utf8(raw)) return {.problem = "the file name `" + shown(raw) + "` is not UTF-8"};
  if (raw.find("://") != std::string_view::npos) return {.problem = "`" + shown(raw) + "` is a web address; pictures have to be files"};

  std::string path(raw);
  std::replace(path.begin(), path.end(), '\\', '/');
  if (path[0] == '/' || (path.size() > 1 && path[1] == ':'))
    return {.problem = "the path `" + shown(raw) + "` is absolute; it has to be relative to the pictures"};
  std::string clean;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const std::string_view part(path.data() + begin, end - begin);
    if (part == "..") return {.problem = "the path `" + shown(raw) + "` leads out of the folder of pictures"};
    if (!part.empty() && part != ".") clean.append(clean.empty() ? "" : "/").append(part);
    begin = end + 1;
  }
  if (clean.empty() || path.back() == '/') return {.problem = "`" + shown(raw) + "` is no file name"};
  return {.text = std::move(clean)};
}

std::string usual_split_name(std::string_view name) {
  name = trimmed(name);
  if (name == "validation" || name == "valid" || name == "dev") return "val";
  if (name == "restval") return "train";
  return std::string(name);
}

void RowCollector::count_row() {
  if (++annotations_.rows > kMaxRows) throw Error(source_, "has more than " + std::to_string(kMaxRows) + " rows");
}

void RowCollector::note(int64_t line, std::string reason) {
  ++annotations_.bad_row_count;
  if (annotations_.bad_rows.size() < kMaxListedBadRows) {
    annotations_.bad_rows.push_back({.file = source_, .line = line, .reason = std::move(reason)});
  }
}

void RowCollector::reject(int64_t line, std::string reason) {
  count_row();
  note(line, std::move(reason));
}

void RowCollector::add(const Row& row) {
  auto file = clean_file_name(row.file);
  if (!file.problem.empty()) return reject(row.line, std::move(file.problem));
  auto caption = clean_caption(row.caption);
  if (!caption.problem.empty()) return reject(row.line, std::move(caption.problem));
  count_row();
  const auto [found, is_new] = index_of_file_.try_emplace(file.text, annotations_.images.size());
  if (is_new) {
    const auto id = row.id.text.empty() ? ImageId{.text = file.text} : row.id;
    annotations_.images.push_back({.file = std::move(file.text), .id = id, .split = usual_split_name(row.split)});
  }
  annotations_.images[found->second].captions.push_back(std::move(caption.text));
}

void RowCollector::add_image(AnnotatedImage image) {
  const auto [found, is_new] = index_of_file_.try_emplace(image.file, annotations_.images.size());
  for (std::size_t i = 0; i < image.captions.size(); ++i) count_row();
  if (is_new) {
    annotations_.images.push_back(std::move(image));
  } else {
    auto& captions = annotations_.images[found->second].captions;
    captions.insert(captions.end(), image.captions.begin(), image.captions.end());
  }
}

void RowCollector::merge(Annotations&& other, const std::string& folder, const std::string& split) {
  annotations_.bad_row_count += other.bad_row_count;
  annotations_.rows += other.bad_row_count;
  for (auto& bad : other.bad_rows) {
    if (annotations_.bad_rows.size() < kMaxListedBadRows) annotations_.bad_rows.push_back(std::move(bad));
  }
  for (auto& image : other.images) {
    const bool id_is_name = image.id.text == image.file;
    if (!folder.empty()) image.file = folder + "/" + image.file;
    if (id_is_name) image.id.text = image.file;
    if (image.split.empty()) image.split = split;
    add_image(std::move(image));
  }
}

Annotations RowCollector::finish() {
  if (annotations_.images.empty()) {
    if (annotations_.bad_rows.empty()) throw Error(source_, "has no captions");
    const auto& first = annotations_.bad_rows.front();
    throw Error(first.file + ":" + std::to_string(first.line), first.reason);
  }
  return std::move(annotations_);
}

}  // namespace saccade
