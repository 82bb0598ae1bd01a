#include "pipeline/training/schedule.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

TEST(Schedule, WarmsUpLinearlyAndThenFallsAlongTheCosine) {
  const TrainingConfig config{.epochs = 10, .schedule = Schedule::kCosine, .warmup_steps = 100};
  EXPECT_DOUBLE_EQ(schedule_factor(config, 0, 100), 0.01);
  EXPECT_DOUBLE_EQ(schedule_factor(config, 99, 100), 1.0);
  EXPECT_DOUBLE_EQ(schedule_factor(config, 550, 100), 0.5);  // half way between warm-up and end
  EXPECT_NEAR(schedule_factor(config, 1000, 100), 0.0, 1e-12);
}

TEST(Schedule, FallsByStepsOfEpochs) {
  const TrainingConfig config{.schedule = Schedule::kStep, .warmup_steps = 0, .decay_epochs = 3, .decay_factor = 0.8};
  EXPECT_DOUBLE_EQ(schedule_factor(config, 299, 100), 1.0);
  EXPECT_DOUBLE_EQ(schedule_factor(config, 300, 100), 0.8);
  EXPECT_DOUBLE_EQ(schedule_factor(config, 600, 100), 0.8 * 0.8);
}

}  // namespace
}  // namespace saccade
