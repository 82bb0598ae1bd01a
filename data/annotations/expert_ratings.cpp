#include "data/annotations/expert_ratings.h"

#include <algorithm>
#include <string_view>

#include "data/annotations/lines.h"
#include "data/annotations/rows.h"
#include "data/error.h"

namespace saccade {
namespace {

/// Takes what stands before the next tab from the front of `rest`.
std::string_view next_field(std::string_view& rest) {
  const auto field = rest.substr(0, rest.find('\t'));
  rest.remove_prefix(std::min(rest.size(), field.size() + 1));
  return field;
}

bool read_rating_line(std::string_view text, ExpertRating& row) {
  row.image = next_field(text);
  row.caption = next_field(text);
  for (auto& rating : row.ratings) {
    const auto field = next_field(text);
    if (field.size() != 1 || field[0] < '1' || field[0] > '4') return false;
    rating = field[0] - '0';
  }
  return text.empty() && !row.image.empty() && row.caption.find('#') != std::string::npos;
}

}  // namespace

std::vector<ExpertRating> read_expert_ratings(const std::filesystem::path& path) {
  std::vector<ExpertRating> ratings;
  LineReader lines(path);
  while (const auto line = lines.next()) {
    if (trimmed(line->text).empty()) continue;
    ExpertRating row;
    if (line->too_long || !read_rating_line(line->text, row)) {
      throw Error(path.string() + ":" + std::to_string(line->number), "`" + shown(line->text) + "` is no rating",
                  "expected `image.jpg<TAB>other.jpg#k<TAB>r<TAB>r<TAB>r` with ratings from 1 to 4");
    }
    ratings.push_back(std::move(row));
  }
  if (ratings.empty()) throw Error(path.string(), "there is no rating in it", "expected Flickr8k's ExpertAnnotations.txt");
  return ratings;
}

std::unordered_map<std::string, std::string> read_captions_by_name(const std::filesystem::path& path) {
  std::unordered_map<std::string, std::string> captions;
  LineReader lines(path);
  while (const auto line = lines.next()) {
    const auto tab = line->text.find('\t');
    if (line->too_long || tab == std::string_view::npos) continue;
    captions.emplace(line->text.substr(0, tab), trimmed(line->text.substr(tab + 1)));
  }
  if (captions.empty())
    throw Error(path.string(), "there is no caption in it", "expected `name.jpg#k<TAB>caption`, as Flickr8k.token.txt has");
  return captions;
}

}  // namespace saccade
