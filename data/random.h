/// Random numbers that are the same on every machine: the standard's distributions are not.
#pragma once

#include <cstdint>

namespace saccade {

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and a mix a number, any seed is good.
class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  /// [0, 1), 53 bits.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// 0 … bound - 1. The bias of the remainder is below 1e-17 for the small bounds here.
  int below(int bound) { return static_cast<int>(next() % static_cast<uint64_t>(bound)); }
  bool chance(double probability) { return uniform() < probability; }

 private:
  uint64_t state_;
};

/// A generator of its own for item `index` of the series `seed`.
inline SplitMix64 random_of_item(uint64_t seed, uint64_t index) {
  const uint64_t series = SplitMix64(seed).next();
  return SplitMix64(series ^ SplitMix64(index).next());
}

}  // namespace saccade
