/// What attention did for one caption, in depth: enough to follow it word by word, and to ask what would have been written otherwise.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pipeline/records.h"

namespace saccade {

/// How one word came about. R regions of the picture, N heads.
struct WordStep {
  std::vector<WordRecord> candidates;      ///< the most probable words in its place, at most 5, the most probable first
  std::vector<float> query;                ///< what was asked; empty where the kind asks nothing
  std::vector<std::vector<float>> scores;  ///< N × R before they were normalised; empty where there are none, or a refiner mixed regions
  std::vector<std::vector<float>> heads;   ///< N × R weights of each head; empty where there is one
  std::vector<float> context;              ///< what was seen, as the word was written from it; empty where nothing was
};

/// "Why this word": its regions were taken away, and the picture was captioned again.
struct Counterfactual {
  std::vector<int> regions;  ///< those taken away, of R: the word's most attended
  double probability = 0;    ///< of the word in its place, behind the same words, without them
  std::string caption;       ///< what is written without them
};

/// Something that is known of the picture before the first word.
struct PictureMap {
  std::string name;                      ///< "hop 2", "saliency", "block 1, head 3"
  std::vector<std::vector<float>> rows;  ///< 1 × R; R × R for self-attention, row r where region r looked
};

struct Explanation {
  std::vector<std::string> heads;       ///< N names, "head 1", "layer 2, head 1"; empty where there is one
  std::vector<WordStep> steps;          ///< one a word
  std::vector<Counterfactual> without;  ///< one a word, or empty
  std::vector<PictureMap> maps;
};

/// JSON with the keys heads, steps[{candidates[{word, probability}], query, scores, heads, context}], without[{regions, probability,
/// caption}] and maps[{name, rows}]; what is empty is left out. Weights and probabilities are rounded to 1e-5, the others to 1e-4.
nlohmann::ordered_json to_json_explanation(const Explanation& explanation);

}  // namespace saccade
