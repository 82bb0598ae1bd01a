#include "pipeline/demo/demo.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "pipeline/records.h"
#include "pipeline/training/train_log.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

/// All parts of the demo on few scenes. Whether it learns is asked by `saccade demo --check`, which `./run test` calls.
TEST(Demo, LeavesAReportAndGoesOnWhereItStopped) {
  const TemporaryFolder folder;
  DemoOptions options{.output = folder.path(),
                      .scenes = {.train = 64, .validation = 8},
                      .config = scene_config({"training.epochs=1"}),
                      .held_out = 9,
                      .quiet = true};
  const auto summary = run_demo(options);
  EXPECT_EQ(summary.verdicts.scenes, 9);
  EXPECT_TRUE(std::filesystem::exists(summary.report));
  EXPECT_EQ(read_records(folder / "captions.jsonl").size(), 9u);
  EXPECT_FALSE(std::filesystem::is_empty(folder / "overlays"));
  const auto steps = read_train_log(folder / "run/log.jsonl").size();

  run_demo(options);
  EXPECT_EQ(read_train_log(folder / "run/log.jsonl").size(), steps) << "a finished training is not done again";

  options.config = scene_config({"training.epochs=2"});
  run_demo(options);
  EXPECT_GT(read_train_log(folder / "run/log.jsonl").size(), steps) << "another configuration is another demo";
}

TEST(Demo, TouchesNoFolderThatNoDemoMade) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "pictures");
  std::ofstream(folder / "pictures/holiday.jpg") << "precious";
  EXPECT_THROW(run_demo({.output = folder.path(), .config = scene_config({}), .quiet = true}), Error);
  EXPECT_TRUE(std::filesystem::exists(folder / "pictures/holiday.jpg"));
  EXPECT_FALSE(std::filesystem::exists(folder / "data"));
}

TEST(Demo, BeginsAnewWhereItWasKilledAtItsFirstFile) {
  const TemporaryFolder folder;
  std::ofstream(folder / ".demo.json.7-0.saccade-partial") << "{";
  EXPECT_NO_THROW(run_demo({.output = folder.path(),
                            .scenes = {.train = 64, .validation = 8},
                            .config = scene_config({"training.epochs=1"}),
                            .held_out = 2,
                            .quiet = true}));
}

}  // namespace
}  // namespace saccade
