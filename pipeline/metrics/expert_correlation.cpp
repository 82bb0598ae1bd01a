#include "pipeline/metrics/expert_correlation.h"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

#include "data/annotations/expert_ratings.h"
#include "data/error.h"

namespace saccade {
namespace {

/// By picture and number of the caption, so that references come in the order of their numbers.
using CaptionsOfPictures = std::map<std::string, std::map<std::string, std::string>>;

CaptionsOfPictures by_picture(const std::unordered_map<std::string, std::string>& captions) {
  CaptionsOfPictures pictures;
  for (const auto& [name, text] : captions) {
    const auto hash = std::min(name.rfind('#'), name.size());
    pictures[name.substr(0, hash)][name.substr(hash)] = text;
  }
  return pictures;
}

}  // namespace

JudgedCaptions read_judged_captions(const std::filesystem::path& ratings, const std::filesystem::path& captions) {
  const auto texts = read_captions_by_name(captions);
  const auto pictures = by_picture(texts);
  JudgedCaptions judged;
  for (const auto& row : read_expert_ratings(ratings)) {
    const auto candidate = texts.find(row.caption);
    const auto picture = pictures.find(row.image);
    if (candidate == texts.end() || picture == pictures.end()) {
      throw Error(captions.string(), "there is no caption " + (picture == pictures.end() ? "of " + row.image : row.caption),
                  "expected all that " + ratings.string() + " names");
    }
    const auto& references = picture->second;
    if (std::ranges::any_of(references, [&](const auto& reference) { return reference.second == candidate->second; })) {
      ++judged.among_references;
      continue;
    }
    ScoredCaption caption{.hypothesis = tokenize_for_scoring(candidate->second)};
    for (const auto& [number, text] : references) caption.references.push_back(tokenize_for_scoring(text));
    judged.captions.push_back(std::move(caption));
    judged.ratings.push_back(row.ratings);
  }
  return judged;
}

KendallTau correlation_with_experts(std::span<const double> scores, const JudgedCaptions& judged) {
  if (scores.size() != judged.captions.size()) throw std::invalid_argument("a score for each judged caption");
  std::vector<double> machine, people;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    for (const auto rating : judged.ratings[i]) {
      machine.push_back(scores[i]);
      people.push_back(rating);
    }
  }
  return kendall_tau(machine, people);
}

}  // namespace saccade
