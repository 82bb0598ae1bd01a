#include "pipeline/training/train_log.h"

#include <gtest/gtest.h>

#include "tests/support/test_data.h"

namespace saccade {
namespace {

nlohmann::json step(int64_t at, int64_t epoch) { return {{"step", at}, {"epoch", epoch}, {"loss", 1.0}}; }
nlohmann::json validation(int64_t at, int64_t epoch) { return {{"step", at}, {"epoch", epoch}, {"validation", {{"cider", 0.5}}}}; }

TEST(TrainLog, GoesOnAfterTheStepOfTheCheckpoint) {
  const TemporaryFolder run;
  {
    TrainLog log(run.path());
    for (const auto& entry : {step(20, 1), validation(30, 1), step(40, 2), step(60, 2)}) log.write(entry);
  }
  TrainLog(run.path(), 45, 1).write(step(50, 2));
  const std::vector<nlohmann::json> expected = {step(20, 1), validation(30, 1), step(40, 2), step(50, 2)};
  EXPECT_EQ(read_train_log(run.path() / "log.jsonl"), expected);
}

TEST(TrainLog, ForgetsAValidationThatWillBeDoneAgain) {
  const TemporaryFolder run;
  {
    TrainLog log(run.path());
    for (const auto& entry : {step(20, 1), validation(30, 1)}) log.write(entry);
  }
  TrainLog(run.path(), 30, 0).write(validation(30, 1));  // killed before the checkpoint that would have counted the epoch
  const std::vector<nlohmann::json> expected = {step(20, 1), validation(30, 1)};
  EXPECT_EQ(read_train_log(run.path() / "log.jsonl"), expected);
}

}  // namespace
}  // namespace saccade
