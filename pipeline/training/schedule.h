#pragma once

#include "pipeline/config.h"

namespace saccade {

/// What the learning rate is multiplied with at `step` (from 0), the plateau schedule aside: linear warm-up, then the schedule.
double schedule_factor(const TrainingConfig& config, int64_t step, int64_t steps_per_epoch);

}  // namespace saccade
