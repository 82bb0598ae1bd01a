#include <string>
#include <string_view>
#include <unordered_map>

#include "data/annotations/annotations.h"
#include "data/annotations/lines.h"
#include "data/annotations/rows.h"
#include "data/annotations/text_limits.h"
#include "data/pictures/format.h"

namespace saccade {
namespace {

constexpr std::size_t kSeveral = ~std::size_t{0};

std::string_view without_folder(std::string_view name) { return name.substr(name.rfind('/') + 1); }
std::string_view without_extension(std::string_view name) { return has_picture_extension(name) ? name.substr(0, name.rfind('.')) : name; }

/// Images by every name a list may call them.
class ImageNames {
 public:
  explicit ImageNames(const std::vector<AnnotatedImage>& images) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      const std::string_view file = images[i].file;
      enter(whole_, file, i);
      enter(whole_, images[i].id.text, i);
      enter(base_, without_folder(file), i);
      enter(stem_, without_extension(without_folder(file)), i);
    }
  }

  /// Index of the image; nullptr: none; kSeveral: the name does not say which.
  const std::size_t* find(std::string_view name) const {
    for (const auto& [names, form] :
         {std::pair{&whole_, name}, std::pair{&base_, without_folder(name)}, std::pair{&stem_, without_extension(without_folder(name))}}) {
      if (const auto found = names->find(form); found != names->end()) return &found->second;
    }
    return nullptr;
  }

 private:
  using Names = std::unordered_map<std::string_view, std::size_t>;
  static void enter(Names& names, std::string_view name, std::size_t image) {
    const auto [found, is_new] = names.try_emplace(name, image);
    if (!is_new && found->second != image) found->second = kSeveral;
  }

  Names whole_, base_, stem_;
};

using SplitOfImage = std::unordered_map<std::size_t, std::string>;

void apply_list(Annotations& annotations, const SplitList& list, const ImageNames& names, SplitOfImage& assigned) {
  const auto reject = [&](int64_t line, std::string reason) {
    ++annotations.bad_row_count;
    if (annotations.bad_rows.size() < kMaxListedBadRows)
      annotations.bad_rows.push_back({.file = list.list.string(), .line = line, .reason = std::move(reason)});
  };
  LineReader lines(list.list);
  while (const auto line = lines.next()) {
    const auto written = trimmed(line->text);
    if (written.empty()) continue;
    ++annotations.rows;
    const auto name = line->too_long ? Cleaned{.problem = "the line is longer than 1 MiB"} : clean_file_name(written);
    const auto* image = name.problem.empty() ? names.find(name.text) : nullptr;
    if (!name.problem.empty()) {
      reject(line->number, name.problem);
    } else if (!image) {
      reject(line->number, "no image with a caption is named `" + shown(name.text) + "`");
    } else if (*image == kSeveral) {
      reject(line->number, "`" + shown(name.text) + "` names several images; write it with its folder");
    } else if (const auto [other, is_first] = assigned.emplace(*image, list.split); !is_first && other->second != list.split) {
      reject(line->number, "`" + shown(name.text) + "` is in the list of split '" + other->second + "' already");
    } else {
      annotations.images[*image].split = list.split;
    }
  }
}

}  // namespace

void apply_split_lists(Annotations& annotations, const std::vector<SplitList>& lists) {
  const ImageNames names(annotations.images);
  SplitOfImage assigned;
  for (const auto& list : lists) apply_list(annotations, list, names, assigned);
}

}  // namespace saccade
