#include "data/inputs/picture_names.h"

#include <glob.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "data/error.h"
#include "data/pictures/format.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxLineBytes = 4096;

std::string_view last_component(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// Folders that are links are left alone: they can lead in circles.
void walk_folder(const fs::path& folder, InputNames& names) {
  std::vector<fs::directory_entry> entries;
  try {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (!entry.path().filename().native().starts_with('.')) entries.push_back(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(folder.string(), "cannot be listed: " + error.code().message());
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
  for (const auto& entry : entries) {
    std::error_code ignored;
    const auto& path = entry.path().native();
    if (entry.is_directory(ignored)) {
      if (!entry.is_symlink(ignored)) walk_folder(entry.path(), names);
    } else if (has_picture_name(path)) {
      names.add(path, InputKind::kPicture);
    } else if (has_tar_name(path)) {
      names.add(path, InputKind::kTar);
    }
  }
}

void add_folder(const fs::path& folder, InputNames& names) {
  const auto before = names.size();
  walk_folder(folder, names);
  if (names.size() == before)
    throw Error(folder.string(), "holds no pictures", "files that end in .jpg, .png, .webp, .bmp, .gif, .tif or .tar are looked for");
}

void add_named(std::string_view name, InputNames& names) {
  std::error_code ignored;
  const fs::path path(name);
  if (fs::is_directory(path, ignored)) return add_folder(path, names);
  names.add(name, has_tar_name(name) ? InputKind::kTar : InputKind::kPicture);
}

void add_list(const std::string& path, InputNames& names) {
  std::error_code ignored;
  std::ifstream list(path);
  if (!list || !fs::is_regular_file(path, ignored)) throw Error(path, "cannot be read", "name a list of pictures, one a line");
  int64_t number = 0;
  for (std::string line; std::getline(list, line);) {
    const auto name = clean_list_line(line, path + ":" + std::to_string(++number));
    if (!name.empty()) names.add(name, has_tar_name(name) ? InputKind::kTar : InputKind::kPicture);
  }
  if (list.bad()) throw Error(path, "cannot be read to its end");
}

void add_pattern(const std::string& pattern, InputNames& names) {
  glob_t found{};
  const int verdict = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (verdict != 0 || paths.empty()) throw Error(pattern, "matches no file");
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) add_named(path, names);
}

void add_input(const std::string& input, InputNames& names) {
  if (input == "-") return names.add(input, InputKind::kListOnStandardInput);
  if (input.starts_with('@')) return add_list(input.substr(1), names);
  if (input.starts_with("tar:")) return names.add(input.substr(4), InputKind::kTar);
  std::error_code ignored;
  if (input.find_first_of("*?[") != std::string::npos && !fs::exists(input, ignored)) return add_pattern(input, names);
  add_named(input, names);
}

}  // namespace

InputNames::Input InputNames::operator[](std::size_t i) const {
  const auto begin = i == 0 ? 0 : ends_[i - 1];
  return {.name = std::string_view(names_).substr(begin, ends_[i] - begin), .kind = kinds_[i]};
}

void InputNames::add(std::string_view name, InputKind kind) {
  names_ += name;
  ends_.push_back(names_.size());
  kinds_.push_back(kind);
  ++counts_[static_cast<std::size_t>(kind)];
}

InputNames expand_inputs(const std::vector<std::string>& inputs) {
  InputNames names;
  for (const auto& input : inputs) add_input(input, names);
  int64_t readers = names.count(InputKind::kListOnStandardInput);
  for (const auto& input : inputs) readers += input == "tar:-";
  if (readers > 1) throw Error("-", "standard input is named twice", "it can be read once");
  return names;
}

bool has_picture_name(std::string_view path) { return !last_component(path).starts_with('.') && has_picture_extension(path); }

bool has_tar_name(std::string_view path) {
  constexpr std::string_view kTar = ".tar";
  if (path.size() <= kTar.size()) return false;
  path.remove_prefix(path.size() - kTar.size());
  return std::equal(path.begin(), path.end(), kTar.begin(), [](unsigned char a, char b) { return std::tolower(a) == b; });
}

std::string_view clean_list_line(std::string_view line, const std::string& where) {
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > kMaxLineBytes)
    throw Error(where, "a line of " + std::to_string(line.size()) + " bytes", "a list has one file name a line");
  return line;
}

}  // namespace saccade
