#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "data/annotations/lines.h"
#include "data/annotations/readers.h"
#include "data/annotations/rows.h"
#include "data/annotations/text_limits.h"
#include "data/error.h"
#include "data/pictures/format.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

/// What a folder holds, by paths relative to it, in the order of their bytes: the order of a directory is anybody's guess.
struct FolderContent {
  std::set<std::string> pictures, texts, metadata;
};

FolderContent list_folder(const fs::path& root) {
  FolderContent content;
  std::error_code failure;
  auto entry = fs::recursive_directory_iterator(root, fs::directory_options::skip_permission_denied, failure);
  if (failure) throw Error(root.string(), "cannot be read: " + failure.message());
  for (; entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
    if (failure) throw Error(root.string(), "cannot be read: " + failure.message());
    std::error_code vanished;
    if (!entry->is_regular_file(vanished)) continue;
    const auto name = entry->path().lexically_relative(root).generic_string();
    const auto base = entry->path().filename().string();
    if (base == "metadata.csv" || base == "metadata.jsonl") {
      content.metadata.insert(name);
    } else if (has_picture_extension(base)) {
      content.pictures.insert(name);
    } else if (entry->path().extension() == ".txt") {
      content.texts.insert(name);
    }
    if (static_cast<int64_t>(content.pictures.size() + content.texts.size()) > kMaxRows) throw Error(root.string(), "has too many files");
  }
  return content;
}

std::string without_extension(const std::string& name) { return fs::path(name).replace_extension().generic_string(); }

/// "train/..." → "train"; a folder of another name is no split.
std::string split_of(const std::string& name) {
  const auto split = usual_split_name(name.substr(0, name.find('/')));
  return split == "train" || split == "val" || split == "test" ? split : "";
}

/// A link may lead anywhere; captions are read only from inside the folder.
bool leads_outside(const fs::path& root, const fs::path& path) {
  std::error_code failure;
  const auto place = fs::canonical(path, failure).lexically_relative(fs::canonical(root, failure));
  return failure || place.empty() || *place.begin() == "..";
}

void read_text_beside(const fs::path& root, const std::string& picture, const std::string& text, RowCollector& rows) {
  if (leads_outside(root, root / text)) return rows.reject(0, "`" + shown(text) + "` is a link that leads out of the folder");
  const auto split = split_of(picture);
  LineReader lines(root / text);
  while (const auto line = lines.next()) {
    if (trimmed(line->text).empty()) continue;
    if (line->too_long) {
      rows.reject(line->number, "`" + shown(text) + "` has a line longer than 1 MiB");
    } else {
      rows.add({.line = line->number, .file = picture, .caption = line->text, .split = split});
    }
  }
}

void read_pairs(const fs::path& root, const FolderContent& content, RowCollector& rows) {
  std::set<std::string> unused = content.texts;
  for (const auto& picture : content.pictures) {
    const auto text = without_extension(picture) + ".txt";
    if (content.texts.contains(text)) {
      read_text_beside(root, picture, text, rows);
      unused.erase(text);
    } else {
      rows.note(0, "the picture `" + shown(picture) + "` has no `" + shown(text) + "` beside it");
    }
  }
  for (const auto& text : unused) rows.note(0, "`" + shown(text) + "` has no picture of its name beside it");
}

}  // namespace

Annotations read_folder(const fs::path& root) {
  const auto content = list_folder(root);
  RowCollector rows(root);
  for (const auto& name : content.metadata) {
    if (leads_outside(root, root / name)) {
      rows.reject(0, "`" + shown(name) + "` is a link that leads out of the folder");
      continue;
    }
    const auto path = root / name;
    rows.merge(path.extension() == ".csv" ? read_csv(path) : read_jsonl(path), fs::path(name).parent_path().generic_string(),
               split_of(name));
  }
  if (content.metadata.empty()) read_pairs(root, content, rows);
  return rows.finish();
}

}  // namespace saccade
