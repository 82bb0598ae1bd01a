/// Flickr8k's ExpertAnnotations.txt (Hodosh, Young and Hockenmaier 2013): how well captions fit pictures, in the eyes of three people. The
/// captions are of the data set itself, mostly of other pictures, and named as in Flickr8k.token.txt.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace saccade {

struct ExpertRating {
  std::string image;             ///< "1056338697_4f7d7ce270.jpg"
  std::string caption;           ///< "2549968784_39bfbe44f9.jpg#2"
  std::array<int, 3> ratings{};  ///< 1: unrelated to the picture … 4: describes it without a mistake
};

/// `image<TAB>caption<TAB>rating<TAB>rating<TAB>rating`. Throws Error at the first line that is anything else: a correlation over a part of
/// the ratings would look like one over all.
std::vector<ExpertRating> read_expert_ratings(const std::filesystem::path& path);

/// Captions by their own names, as `name.jpg#k<TAB>caption` has them: what read_annotations leaves out. Lines without a tab are skipped.
std::unordered_map<std::string, std::string> read_captions_by_name(const std::filesystem::path& path);

}  // namespace saccade
