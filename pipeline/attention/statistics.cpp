#include "pipeline/attention/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace saccade {
namespace {

double entropy_of(const std::vector<float>& weights) {
  double entropy = 0;
  for (const double weight : weights) {
    if (weight > 0) entropy -= weight * std::log(weight);
  }
  return entropy;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(static_cast<double>(a[i]) - b[i]);
  return sum / 2;
}

bool touches_edge(const RegionBox& region) {
  constexpr double kEdge = 1e-6;
  if (!has_area(region)) return false;
  return region.left < kEdge || region.top < kEdge || region.right > 1 - kEdge || region.bottom > 1 - kEdge;
}

}  // namespace

std::vector<LookStatistics> look_statistics(const AttentionRecord& attention) {
  const double log_regions = std::log(static_cast<double>(std::max<std::size_t>(2, attention.regions.size())));
  std::vector<LookStatistics> looks;
  for (std::size_t word = 0; word < attention.weights.size(); ++word) {
    const auto& row = attention.weights[word];
    const double entropy = entropy_of(row);
    looks.push_back({.entropy = entropy / log_regions,
                     .largest = row.empty() ? 0 : *std::ranges::max_element(row),
                     .effective_regions = std::exp(entropy),
                     .movement = word == 0 ? std::nullopt : std::optional(distance(row, attention.weights[word - 1]))});
  }
  return looks;
}

void StatisticsMeter::add(const AttentionRecord& attention) {
  const auto& weights = attention.weights;
  if (weights.empty()) return;
  ++sums_.captions;
  const auto regions = attention.regions.size();
  const auto looks = look_statistics(attention);
  const auto edge = static_cast<double>(std::ranges::count_if(attention.regions, touches_edge)) / static_cast<double>(regions);
  std::vector<double> received(regions, 0);
  for (std::size_t word = 0; word < weights.size(); ++word) {
    const auto& row = weights[word];
    ++sums_.words;
    sums_.entropy += looks[word].entropy;
    sums_.effective_regions += looks[word].effective_regions;
    sums_.largest += looks[word].largest;
    sums_.border_share += edge;
    for (std::size_t region = 0; region < regions; ++region) {
      received[region] += row[region];
      if (touches_edge(attention.regions[region])) sums_.border += row[region];
    }
    if (looks[word].movement) {
      sums_.movement = sums_.movement.value_or(0) + *looks[word].movement;
      ++moves_;
    }
    for (std::size_t other = 0; other < word; ++other) {
      sums_.change = sums_.change.value_or(0) + distance(row, weights[other]);
      ++pairs_;
    }
  }
  const double even = static_cast<double>(weights.size()) / static_cast<double>(regions);
  const auto covered = std::ranges::count_if(received, [&](double sum) { return sum >= even * (1 - 1e-4); });
  sums_.coverage += static_cast<double>(covered) / static_cast<double>(regions);
  gates_ += std::ssize(attention.gates);
  if (!attention.gates.empty()) sums_.gate = sums_.gate.value_or(0) + std::reduce(attention.gates.begin(), attention.gates.end());
}

AttentionStatistics StatisticsMeter::result() const {
  auto mean = sums_;
  if (mean.words == 0) return mean;
  const auto words = static_cast<double>(mean.words);
  for (auto* sum : {&mean.entropy, &mean.largest, &mean.effective_regions, &mean.border, &mean.border_share}) *sum /= words;
  if (mean.movement) *mean.movement /= static_cast<double>(moves_);
  if (mean.change) *mean.change /= static_cast<double>(pairs_);
  mean.coverage /= static_cast<double>(mean.captions);
  if (mean.gate) *mean.gate /= static_cast<double>(gates_);
  return mean;
}

}  // namespace saccade
