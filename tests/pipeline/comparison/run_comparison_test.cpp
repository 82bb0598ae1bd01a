#include "pipeline/comparison/run_comparison.h"

#include <gtest/gtest.h>

#include "tests/support/run_program.h"

namespace saccade {
namespace {

class RunComparison : public testing::Test {
 protected:
  ComparisonResults run(const std::filesystem::path& output, const std::string& kind = "additive") const {
    return run_comparison({.comparison = {.data = output / "scenes",
                                          .output = output,
                                          .config = scene_kinds_config(),
                                          .overrides = {"training.epochs=1", "decoder.hidden_size=16", "decoder.embedding_size=16",
                                                        "decoder.attention.size=8", "search.max_length=4"},
                                          .kinds = choose_kinds(known_kinds(), {kind}),
                                          .quiet = true},
                           .scenes = SceneSetOptions{.train = 32, .validation = 8},
                           .pictures = 4,
                           .known = known_kinds()},
                          [](const KindResult&) {});
  }

  TemporaryFolder folder_;
};

TEST_F(RunComparison, GoesFromScenesToTables) {
  const auto results = run(folder_ / "out").asked;
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].failure, "");
  for (const auto* form : {"txt", "csv", "md", "html"})
    EXPECT_NE(content_of(folder_ / "out" / ("comparison." + std::string(form))).find("additive"), std::string::npos) << form;

  std::filesystem::remove_all(folder_ / "out/runs");
  const auto again = run(folder_ / "." / "out").asked;  // the same folder, written otherwise
  EXPECT_EQ(to_json(again.at(0)), to_json(results[0]));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/runs")) << "it was trained again";
}

TEST_F(RunComparison, KeepsTheRowsOfKindsComparedBefore) {
  run(folder_ / "out");
  const auto results = run(folder_ / "out", "none");
  ASSERT_EQ(results.asked.size(), 1U);
  ASSERT_EQ(results.earlier.size(), 1U);
  EXPECT_EQ(results.earlier[0].kind, "additive");
  const auto table = content_of(folder_ / "out/comparison.csv");
  EXPECT_EQ(std::ranges::count(table, '\n'), 3) << table;
}

}  // namespace
}  // namespace saccade
