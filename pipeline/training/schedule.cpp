#include "pipeline/training/schedule.h"

#include <cmath>
#include <numbers>

namespace saccade {

double schedule_factor(const TrainingConfig& config, int64_t step, int64_t steps_per_epoch) {
  const int64_t total = config.epochs * steps_per_epoch;
  const int64_t warmup = std::min(config.warmup_steps, total);
  if (step < warmup) return static_cast<double>(step + 1) / static_cast<double>(warmup);
  switch (config.schedule) {
    case Schedule::kCosine:
      return 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(step - warmup) /
                                 static_cast<double>(std::max<int64_t>(1, total - warmup))));
    case Schedule::kStep: {
      const int64_t times = step / steps_per_epoch / config.decay_epochs;
      return std::pow(config.decay_factor, static_cast<double>(times));
    }
    case Schedule::kConstant:
    case Schedule::kPlateau:  // falls by validation scores: see train.cpp
      break;
  }
  return 1.0;
}

}  // namespace saccade
