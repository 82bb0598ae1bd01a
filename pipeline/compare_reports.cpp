#include "pipeline/compare_reports.h"

#include <cstdio>
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

std::vector<ScoreInterval> report_intervals(const EvaluationReport& report, const ResamplingOptions& options) {
  SystemScores system;
  for (const auto& image : report.images) system.add(image);
  const auto scores = resampled(system, system.has_meteor());
  const auto values = corpus_values(scores);
  const auto intervals = bootstrap_intervals(scores, options);
  std::vector<ScoreInterval> result;
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back({.name = scores.names[i], .value = values[i], .interval = intervals[i]});
  return result;
}

nlohmann::ordered_json to_json_intervals(const std::vector<ScoreInterval>& intervals) {
  nlohmann::ordered_json json;
  for (const auto& [name, value, interval] : intervals) json[name] = {{"value", value}, {"low", interval.low}, {"high", interval.high}};
  return json;
}

std::string to_table(const std::vector<ScoreInterval>& intervals) {
  std::string table = "95 % of draws of as many images:\n";
  for (const auto& [name, value, interval] : intervals) {
    char line[96];
    std::snprintf(line, sizeof line, "%-12s %6.1f  %6.1f … %.1f\n", name.c_str(), 100 * value, 100 * interval.low, 100 * interval.high);
    table += line;
  }
  return table;
}

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
