#include "pipeline/metrics/compare.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace saccade {
namespace {

/// As papers name a score.
const char* name_for_people(const std::string& name) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 8> kNames{{{"bleu_1", "BLEU-1"},
                                                                                   {"bleu_2", "BLEU-2"},
                                                                                   {"bleu_3", "BLEU-3"},
                                                                                   {"bleu_4", "BLEU-4"},
                                                                                   {"rouge_l", "ROUGE-L"},
                                                                                   {"cider", "CIDEr-D"},
                                                                                   {"cider_plain", "CIDEr"},
                                                                                   {"meteor", "METEOR"}}};
  for (const auto& [key, shown] : kNames) {
    if (key == name) return shown;
  }
  return name.c_str();
}

/// Calls use(count) for all that METEOR counts, always in the same order.
template <typename Statistics, typename Use>
void for_each_count(Statistics& statistics, const Use& use) {
  for (auto* side : {&statistics.hypothesis, &statistics.reference}) {
    use(side->words);
    use(side->function_words);
    for (auto& count : side->matched_content) use(count);
    for (auto& count : side->matched_function) use(count);
  }
  use(statistics.chunks);
}

}  // namespace

SummedScores summed_scores(const std::vector<ImageScores>& images) {
  std::vector<BleuCounts> bleu;
  std::vector<double> rouge_l, cider, cider_plain;
  for (const auto& image : images) {
    bleu.push_back(image.bleu);
    rouge_l.push_back(image.rouge_l);
    cider.push_back(image.cider);
    cider_plain.push_back(image.cider_plain);
  }
  return together({bleu_of_images(bleu), mean_of_images("rouge_l", rouge_l), mean_of_images("cider", cider),
                   mean_of_images("cider_plain", cider_plain)});
}

SummedScores summed_meteor(std::span<const MeteorStatistics> images) {
  SummedScores scores{.names = {"meteor"}, .images = std::ssize(images)};
  for (const auto& image : images) {
    for_each_count(image, [&](int64_t count) { scores.terms.push_back(static_cast<double>(count)); });
  }
  const MeteorStatistics none;
  for_each_count(none, [&](int64_t) { ++scores.width; });
  scores.scores = [](std::span<const double> sums, int64_t) {
    MeteorStatistics statistics;
    auto sum = sums.begin();
    for_each_count(statistics, [&](int64_t& count) { count = static_cast<int64_t>(*sum++); });
    return std::vector{meteor_score(statistics)};
  };
  return scores;
}

std::vector<ComparedScore> compare_systems(const SummedScores& a, const SummedScores& b, const ResamplingOptions& options) {
  const auto bootstrap = paired_bootstrap(a, b, options);
  const auto p = approximate_randomisation(a, b, options);
  const auto of_a = corpus_values(a), of_b = corpus_values(b);
  std::vector<ComparedScore> rows;
  for (std::size_t m = 0; m < a.names.size(); ++m) {
    rows.push_back({.name = a.names[m],
                    .a = of_a[m],
                    .b = of_b[m],
                    .difference = of_b[m] - of_a[m],
                    .interval = bootstrap[m].interval,
                    .p = p[m],
                    .bootstrap_p = bootstrap[m].p});
  }
  return rows;
}

nlohmann::ordered_json to_json_comparison(const std::vector<ComparedScore>& rows) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& row : rows) {
    json[row.name] = {{"a", row.a},
                      {"b", row.b},
                      {"difference", row.difference},
                      {"low", row.interval.low},
                      {"high", row.interval.high},
                      {"p", row.p},
                      {"bootstrap_p", row.bootstrap_p}};
  }
  return json;
}

std::string to_comparison_table(const std::vector<ComparedScore>& rows) {
  constexpr double kPercent = 100, kSignificant = 0.05;
  char line[160];
  std::snprintf(line, sizeof line, "%-12s %7s %7s %7s   %-17s %7s\n", "", "A", "B", "B - A", "95 % of B - A", "p");
  std::string table = line;
  for (const auto& row : rows) {
    char interval[40];
    std::snprintf(interval, sizeof interval, "%+.2f to %+.2f", kPercent * row.interval.low, kPercent * row.interval.high);
    std::snprintf(line, sizeof line, "%-12s %7.2f %7.2f %+7.2f   %-17s %7.4f%s\n", name_for_people(row.name), kPercent * row.a,
                  kPercent * row.b, kPercent * row.difference, interval, row.p, row.p < kSignificant ? " *" : "");
    table += line;
  }
  return table + "times 100; p: two-sided, by approximate randomisation; *: p < 0.05\n";
}

}  // namespace saccade
