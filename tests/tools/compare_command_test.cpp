// `saccade compare`, the program itself, on a few scenes.
#include <gtest/gtest.h>

#include "pipeline/demo/demo.h"
#include "tests/support/run_program.h"

namespace saccade {
namespace {

class CompareCommand : public testing::Test {
 protected:
  ProgramResult compare(std::vector<std::string> more) const {
    more.insert(more.begin(), {"compare", "--output", path("out"), "--device", "cpu", "--quiet"});
    return RunningProgram(SACCADE_PROGRAM, more).wait();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  TemporaryFolder folder_;
};

TEST_F(CompareCommand, WritesItsTablesAndPassesOverWhatIsDone) {
  prepare_scenes(folder_ / "scenes", {.train = 16, .validation = 4});
  std::ofstream(folder_ / "config.json") << nlohmann::json(
      scene_config({"training.epochs=1", "training.batch_pictures=8", "training.warmup_steps=0", "decoder.hidden_size=16",
                    "decoder.embedding_size=16", "decoder.attention.size=8", "search.max_length=4"}));
  const std::vector<std::string> words = {"--data", path("scenes"), "--config", path("config.json"), "--split", "val", "--kind", "additive",
                                          "--kind", "none",         "--kind",   "additive"};
  const auto result = compare(words);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(std::ranges::count(content_of(path("out/comparison.csv")), '\n'), 3) << "a head and two kinds: " << result.output;
  EXPECT_NE(result.output.find("none, seed 1: the weights do not depend on the word"), std::string::npos) << result.output;
  EXPECT_EQ(result.output, content_of(path("out/comparison.txt")));
  for (const auto* form : {"csv", "md", "html"})
    EXPECT_NE(content_of(path("out/comparison." + std::string(form))).find("additive"), std::string::npos) << form;

  std::filesystem::remove_all(folder_ / "out/runs");  // were they trained again, they would be made anew
  const auto again = compare(words);
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(again.output, result.output);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/runs"));
}

TEST_F(CompareCommand, RefusesACommandLineThatCannotBeMeant) {
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {}, {"--scenes", "--data", "x"}, {"--data", "x"}, {"--data", "x", "--config", "y", "--check"}}) {
    const auto result = compare(bad);
    EXPECT_EQ(result.exit_code, 2) << (bad.empty() ? "neither --scenes nor --data" : bad.back()) << ": " << result.errors;
    EXPECT_EQ(result.output, "");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(CompareCommand, NamesTheKindsThereAreForOneThatIsNot) {
  const auto result = compare({"--scenes", "--kind", "aditive"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("there is no kind 'aditive'; one of none, start, additive"), std::string::npos) << result.errors;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out")) << "no scenes were made for it";
}

}  // namespace
}  // namespace saccade
