#include "pipeline/demo/demo.h"

#include <gtest/gtest.h>

#include "tests/support/test_data.h"

namespace saccade {
namespace {

/// The whole of the main job on data whose truth is known, as a user runs it: `saccade demo`.
TEST(Demo, SaysWhatIsTrueAndLooksAtWhatItNames) {
  const TemporaryFolder folder;
  const auto summary = run_demo({.output = folder.path(), .quiet = true});
  EXPECT_EQ(summary.verdicts.scenes, 500);
  EXPECT_GE(summary.verdicts.true_share(), 0.90);
  EXPECT_GE(summary.verdicts.pointing(), 0.85);
  EXPECT_TRUE(std::filesystem::exists(summary.report));
  RecordProperty("true_share", std::to_string(summary.verdicts.true_share()));
  RecordProperty("pointing", std::to_string(summary.verdicts.pointing()));
}

}  // namespace
}  // namespace saccade
