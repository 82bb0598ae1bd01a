/// Which words of a caption name which things of a picture.
#pragma once

#include <string>
#include <vector>

#include "data/annotations/instances.h"

namespace saccade {

class PreparedDataset;

/// Boxes that each word may mean, one entry a word, empty where it names nothing that is there. A word names a category by its name, its
/// plural, or one of a few dozen synonyms ("man" is a person, "bike" a bicycle); of a name of several words ("baseball bat") each does
/// where they stand together, as does the last alone where it is the name's kind ("bat"). Categories may be written in any letter case.
std::vector<std::vector<PixelBox>> boxes_of_words(const std::vector<std::string>& words, const std::vector<NamedBox>& things);

/// The same of image `image` of a prepared set, in pixels of the network's input. On synthetic scenes, whose things are told apart by size
/// and colour, by the rules of word_boxes().
std::vector<std::vector<PixelBox>> boxes_of_words(const std::vector<std::string>& words, const PreparedDataset& dataset, int64_t image);

}  // namespace saccade
