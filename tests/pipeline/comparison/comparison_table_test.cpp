#include "pipeline/comparison/comparison_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

KindResult result(const std::string& kind, int64_t seed, double cider, bool healthy = true) {
  return {.kind = kind,
          .seed = seed,
          .parameters = 1'500'000,
          .bleu_4 = .25,
          .cider = cider,
          .health = {{"healthy", healthy},
                     {"reasons", healthy ? nlohmann::json::array() : nlohmann::json{"the weights, <b>all</b>"}},
                     {"pointing", .9}}};
}

std::string cell(const ComparisonTable& table, std::size_t row, const std::string& column) {
  const auto at = std::ranges::find(table.head, column) - table.head.begin();
  return at == std::ssize(table.head) ? "no such column" : table.rows.at(row).at(static_cast<std::size_t>(at));
}

TEST(ComparisonTable, HasMeanAndDeviationOverSeeds) {
  const std::vector results{result("dot", 1, .50), result("none", 1, .30, false), result("dot", 2, .54), result("none", 2, .30, true)};
  const auto table = comparison_table(results);
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0][0], "dot");
  EXPECT_EQ(cell(table, 0, "CIDEr"), "52.0 ± 2.8");
  EXPECT_EQ(cell(table, 1, "CIDEr"), "30.0 ± 0.0");
  EXPECT_EQ(cell(table, 0, "healthy"), "yes");
  EXPECT_EQ(cell(table, 1, "healthy"), "1 of 2");
  EXPECT_EQ(cell(table, 0, "parameters, M"), "1.50 ± 0.00");
}

TEST(ComparisonTable, LeavesOutWhatNobodyKnows) {
  const std::vector results{result("dot", 1, .5)};
  EXPECT_EQ(cell(comparison_table(results), 0, "true %"), "no such column");
  EXPECT_EQ(cell(comparison_table(results), 0, "pointing %"), "90.0");
}

TEST(ComparisonTable, TellsOfHowManyRunsAMeanIs) {
  std::vector results{result("dot", 1, .50), result("dot", 2, .54)};
  results[1].health.erase("pointing");
  EXPECT_EQ(cell(comparison_table(results), 0, "pointing %"), "90.0 (1 of 2)");
}

TEST(ComparisonTable, SaysWhichKindIsAnotherByAnotherName) {
  auto same = result("after_step", 1, .5);
  same.same_as = "additive";
  const std::vector results{result("additive", 1, .5), same};
  EXPECT_EQ(comparison_table(results).rows[1][0], "after_step = additive");
}

TEST(ComparisonTable, TellsHealthyFromNotJudged) {
  std::vector results{result("dot", 1, .5)};
  results[0].health["unjudged"] = {"only 3 words"};
  EXPECT_EQ(cell(comparison_table(results), 0, "healthy"), "not judged");
  EXPECT_THAT(to_text(comparison_table(results)), HasSubstr("dot, seed 1: only 3 words\n"));
}

TEST(ComparisonTable, NamesFailures) {
  const std::vector<KindResult> results{result("dot", 1, .5), {.kind = "broken", .seed = 1, .failure = "no memory"}};
  EXPECT_EQ(cell(comparison_table(results), 1, "healthy"), "failed: no memory");
  EXPECT_EQ(cell(comparison_table(results), 1, "CIDEr"), "");
  EXPECT_THAT(to_html(comparison_table(results), results, "no runs"), HasSubstr("failed: no memory"));
}

TEST(ComparisonTable, StaysATableInMarkdownWhateverAFailureSays) {
  const std::vector<KindResult> results{result("dot", 1, .5), {.kind = "broken", .seed = 1, .failure = "a | b\nc\\"}};
  const auto text = to_markdown(comparison_table(results));
  EXPECT_EQ(std::ranges::count(text, '\n'), 4) << "the head, the line below it, two kinds";
  EXPECT_THAT(text, HasSubstr("failed: a \\| b c\\\\ |\n"));
}

TEST(ComparisonTable, IsWrittenInFourForms) {
  const std::vector results{result("dot", 1, .5, false)};
  const auto table = comparison_table(results);
  EXPECT_THAT(to_text(table), HasSubstr("dot"));
  EXPECT_THAT(to_csv(table), HasSubstr("\"parameters, M\""));
  EXPECT_THAT(to_markdown(table), HasSubstr("| kind | BLEU-4 | CIDEr |"));
  const TemporaryFolder folder;
  EXPECT_THAT(to_html(table, results, folder.path()), HasSubstr("the weights, &lt;b&gt;all"));
}

TEST(ComparisonTable, DrawsHowFourKindsLearnedInAChart) {
  const TemporaryFolder folder;
  std::vector<KindResult> results;
  for (const char* kind : {"a", "b", "c", "d", "e"}) {
    results.push_back(result(kind, 1, .5));
    const auto run = folder / "runs" / (std::string(kind) + "-1");
    std::filesystem::create_directories(run);
    std::ofstream log(run / "log.jsonl");
    for (int step = 1; step <= 500; ++step) log << nlohmann::json{{"step", step}, {"cross_entropy", 5.0 / step}} << "\n";
    log << R"({"step":500,"epoch":1,"validation":{"cider":0.5}})"
        << "\n";
  }
  const auto html = to_html(comparison_table(results), results, folder / "runs");
  const auto count = [&](const std::string& part) {
    int found = 0;
    for (auto at = html.find(part); at != std::string::npos; at = html.find(part, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("<figcaption>Training</figcaption>"), 2);
  EXPECT_EQ(count("<polyline"), 5);
  EXPECT_EQ(count("<figcaption>Validation"), 0) << "a single epoch is no curve";
}

TEST(ComparisonTable, TellsHowMuchFasterWordsFallThanAtRandom) {
  auto faithful = result("dot", 1, .5);
  faithful.health["faithfulness"] = {{"fall", .3}, {"fall_random", .1}};
  EXPECT_EQ(cell(comparison_table(std::vector{faithful}), 0, "fall, times random"), "3.0");
}

TEST(ComparisonTable, SurvivesAWayThroughAFile) {
  auto before = result("dot", 3, .5);
  before.true_captions = .75;
  const auto after = kind_result_of(to_json(before));
  EXPECT_EQ(to_json(after), to_json(before));
  const KindResult failed{.kind = "dot", .seed = 1, .failure = "why"};
  EXPECT_EQ(kind_result_of(to_json(failed)).failure, "why");
}

}  // namespace
}  // namespace saccade
