/// How attention behaves, told from the weights of captions alone.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/records.h"

namespace saccade {

/// How one word looked; AttentionStatistics says what the figures are.
struct LookStatistics {
  double entropy = 0, largest = 0, effective_regions = 0;
  std::optional<double> movement;  ///< none for a caption's first word
};

/// One a word. Rounding aside, their means are those of AttentionStatistics.
std::vector<LookStatistics> look_statistics(const AttentionRecord& attention);

/// Means over the words of all captions, unless it says otherwise.
struct AttentionStatistics {
  int64_t captions = 0, words = 0;
  double entropy = 0;            ///< of a word's weights, over log L: 0 for a single region, 1 for even weights
  double largest = 0;            ///< weight
  double effective_regions = 0;  ///< exp of the entropy: as many evenly weighted regions would have it
  /// How far a word's weights are from those of the word before: half the sum of the differences, 0 the same … 1 nothing in common. From
  /// the second word on.
  std::optional<double> movement;
  std::optional<double> change;  ///< the same between any two words of a caption: 0 where weights do not depend on the word
  double coverage = 0;      ///< mean over captions: share of the regions that the words together gave at least as much as even weights give
  double border = 0;        ///< weight on regions that touch the edge of the network's input
  double border_share = 0;  ///< of all regions: the weight that even weights have there
  std::optional<double> gate;  ///< mean of β, where there is one
};

class StatisticsMeter {
 public:
  /// One caption; captions without a word count nothing.
  void add(const AttentionRecord& attention);
  AttentionStatistics result() const;

 private:
  AttentionStatistics sums_;
  int64_t moves_ = 0, pairs_ = 0, gates_ = 0;
};

}  // namespace saccade
