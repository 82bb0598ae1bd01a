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

SystemScores scores_of(const std::vector<EvaluatedImage>& images) {
  SystemScores scores;
  for (const auto& image : images) scores.add(image);
  return scores;
}

SummedScores resampled(const SystemScores& system, bool with_meteor) {
  const auto scores = summed_scores(system.scores);
  return with_meteor ? together({scores, summed_meteor(system.meteor)}) : scores;
}

}  // namespace

std::vector<ScoreInterval> report_intervals(const EvaluationReport& report, const ResamplingOptions& options) {
  const auto system = scores_of(report.images);
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

SystemComparison compare_reports(const EvaluationReport& a, const EvaluationReport& b, const EvaluationOptions& scoring,
                                 const ResamplingOptions& options) {
  const auto key = [](const EvaluatedImage& image) { return std::pair(image.id, image.image); };
  std::map<std::pair<ImageId, std::string>, const EvaluatedImage*> images_of_b;
  for (const auto& image : b.images) images_of_b.emplace(key(image), &image);

  SystemComparison comparison;
  std::vector<EvaluatedImage> of_a, of_b;  // in the same order
  for (const auto& image : a.images) {
    const auto found = images_of_b.find(key(image));
    if (found == images_of_b.end()) {
      comparison.only_a.push_back(image.image);
      continue;
    }
    of_a.push_back(image);
    of_b.push_back(*found->second);
    images_of_b.erase(found);
  }
  for (const auto& image : b.images) {
    if (images_of_b.contains(key(image))) comparison.only_b.push_back(image.image);
  }
  comparison.images = std::ssize(of_a);
  if (comparison.images == 0) throw Error("captions", "the two systems have no image in common", "expected captions of the same images");
  if (!comparison.only_a.empty() || !comparison.only_b.empty()) {
    auto anew = scoring;
    anew.keep_document_frequencies = false;
    of_a = evaluate_images(std::move(of_a), anew).images;
    of_b = evaluate_images(std::move(of_b), anew).images;
  }
  const auto scores_a = scores_of(of_a), scores_b = scores_of(of_b);
  const bool with_meteor = scores_a.has_meteor() && scores_b.has_meteor();
  comparison.rows = compare_systems(resampled(scores_a, with_meteor), resampled(scores_b, with_meteor), options);
  return comparison;
}

nlohmann::ordered_json to_json(const SystemComparison& comparison) {
  nlohmann::ordered_json json = {{"images", comparison.images}, {"only_a", comparison.only_a.size()}, {"only_b", comparison.only_b.size()}};
  json.update(to_json_comparison(comparison.rows));
  return json;
}

std::string to_table(const SystemComparison& comparison) {
  auto head = std::to_string(comparison.images) + " images that both have";
  if (!comparison.only_a.empty() || !comparison.only_b.empty()) {
    head += "; " + std::to_string(comparison.only_a.size()) + " that only a has and " + std::to_string(comparison.only_b.size()) +
            " that only b has are left out of both";
  }
  return head + "\n" + to_comparison_table(comparison.rows);
}

}  // namespace saccade
