/// Do words rest on the regions they looked at? Regions are taken away, and the word's probability is asked for again.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/decoders/decoder.h"

namespace saccade {

/// Shares of the regions that are taken away, or given, one curve's points.
inline constexpr std::array<double, 5> kTakenShares{0.05, 0.1, 0.2, 0.4, 0.6};

/// Mean probability of the written word at each share; deletion begins with the whole picture, insertion with none of it. A region that is
/// not there has the mean feature of its picture. Deletion and insertion as Petsiuk et al. 2018 (RISE) define them, region by region.
/// Regions of equal weight go in the order of chance, so that even weights fall exactly as chance does.
struct FaithfulnessCurves {
  int64_t words = 0;
  double whole = 0, nothing = 0;  ///< with all regions, with none
  using Curve = std::array<double, kTakenShares.size()>;
  Curve deletion{}, deletion_random{};    ///< the most attended first; the same number at random
  Curve insertion{}, insertion_random{};  ///< likewise

  /// Mean fall below `whole`, or rise above `nothing`, over the curve.
  double fall() const { return whole - mean(deletion); }
  double fall_random() const { return whole - mean(deletion_random); }
  double rise() const { return mean(insertion) - nothing; }
  double rise_random() const { return mean(insertion_random) - nothing; }

 private:
  static double mean(const Curve& curve);
};

class FaithfulnessMeter {
 public:
  /// `decoder` is in evaluation mode and must outlive this.
  explicit FaithfulnessMeter(DecoderModule& decoder) : decoder_(decoder) {}

  /// One caption. features [L, D] of its picture, on the decoder's device; its words; weights [T, L] with which they were written.
  void add(const torch::Tensor& features, const std::vector<int64_t>& words, const torch::Tensor& weights);
  FaithfulnessCurves result() const;

 private:
  DecoderModule& decoder_;
  uint64_t seed_ = 1;  // of the next caption
  FaithfulnessCurves sums_;
};

/// What each step of a caption tells of attention, means over the steps.
struct StepFindings {
  /// ‖∂weights/∂state‖, the Frobenius norm: 0 for attention that asks nothing of what was written so far. By the gradient of one random sum
  /// of the weights a step (Hutchinson 1989): right in the mean over many captions.
  double sensitivity = 0;
  /// How much two heads look at the same: one minus half the sum of the differences of their weights, mean over all pairs; 1 all alike.
  std::optional<double> agreement;
};

/// features [L, D]; `words` as above; `seed` of the random sums.
StepFindings examine_steps(DecoderModule& decoder, const torch::Tensor& features, const std::vector<int64_t>& words, uint64_t seed);

}  // namespace saccade
