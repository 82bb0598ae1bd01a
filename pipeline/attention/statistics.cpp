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
  return region.left < kEdge || region.top < kEdge || region.right > 1 - kEdge || region.bottom > 1 - kEdge;
}

}  // namespace

void StatisticsMeter::add(const AttentionRecord& attention) {
  const auto& weights = attention.weights;
  if (weights.empty()) return;
  ++sums_.captions;
  const auto regions = attention.regions.size();
  const double log_regions = std::log(static_cast<double>(std::max<std::size_t>(2, regions)));
  const auto edge = static_cast<double>(std::ranges::count_if(attention.regions, touches_edge)) / static_cast<double>(regions);
  std::vector<double> received(regions, 0);
  for (std::size_t word = 0; word < weights.size(); ++word) {
    const auto& row = weights[word];
    ++sums_.words;
    const double entropy = entropy_of(row);
    sums_.entropy += entropy / log_regions;
    sums_.effective_regions += std::exp(entropy);
    sums_.largest += *std::ranges::max_element(row);
    sums_.border_share += edge;
    for (std::size_t region = 0; region < regions; ++region) {
      received[region] += row[region];
      if (touches_edge(attention.regions[region])) sums_.border += row[region];
    }
    for (std::size_t other = 0; other < word; ++other) {
      const double apart = distance(row, weights[other]);
      sums_.change += apart;
      ++pairs_;
      if (other + 1 < word) continue;
      sums_.movement += apart;
      ++moves_;
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
  mean.movement /= static_cast<double>(std::max<int64_t>(1, moves_));
  mean.change /= static_cast<double>(std::max<int64_t>(1, pairs_));
  mean.coverage /= static_cast<double>(mean.captions);
  if (mean.gate) *mean.gate /= static_cast<double>(gates_);
  return mean;
}

}  // namespace saccade
