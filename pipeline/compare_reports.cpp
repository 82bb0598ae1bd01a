#include "pipeline/compare_reports.h"

#include <map>
#include <utility>

#include "data/error.h"

namespace saccade {
namespace {

/// What one system got on the images of both.
struct SystemScores {
  std::vector<ImageScores> scores;
  std::vector<MeteorStatistics> meteor;  ///< of the images that have it

  void add(const EvaluatedImage& image) {
    scores.push_back(image.scores);
    if (image.meteor) meteor.push_back(*image.meteor);
  }
  bool has_meteor() const { return meteor.size() == scores.size(); }
};

SummedScores resampled(const SystemScores& system, bool with_meteor) {
  const auto scores = summed_scores(system.scores);
  return with_meteor ? together({scores, summed_meteor(system.meteor)}) : scores;
}

}  // namespace

SystemComparison compare_reports(const EvaluationReport& a, const EvaluationReport& b, const ResamplingOptions& options) {
  const auto key = [](const EvaluatedImage& image) { return std::pair(image.id, image.image); };
  std::map<std::pair<ImageId, std::string>, const EvaluatedImage*> images_of_b;
  for (const auto& image : b.images) images_of_b.emplace(key(image), &image);

  SystemComparison comparison;
  SystemScores of_a, of_b;
  for (const auto& image : a.images) {
    const auto found = images_of_b.find(key(image));
    if (found == images_of_b.end()) {
      comparison.only_a.push_back(image.image);
      continue;
    }
    of_a.add(image);
    of_b.add(*found->second);
    images_of_b.erase(found);
  }
  for (const auto& image : b.images) {
    if (images_of_b.contains(key(image))) comparison.only_b.push_back(image.image);
  }
  comparison.images = std::ssize(of_a.scores);
  if (comparison.images == 0) throw Error("captions", "the two systems have no image in common", "expected captions of the same images");
  const bool with_meteor = of_a.has_meteor() && of_b.has_meteor();
  comparison.rows = compare_systems(resampled(of_a, with_meteor), resampled(of_b, with_meteor), options);
  return comparison;
}

}  // namespace saccade
