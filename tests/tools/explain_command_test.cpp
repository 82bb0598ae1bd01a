// `saccade explain`, the program itself, on a small model of random weights.
#include <gtest/gtest.h>

#include "pipeline/records.h"
#include "tests/support/run_program.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

class ExplainCommand : public testing::Test {
 protected:
  ExplainCommand() { write_scene_pictures(folder_ / "pictures", 2); }
  ProgramResult explain(std::vector<std::string> more) const {
    more.insert(more.begin(), {"explain", "--model", model_, "--device", "cpu", "--quiet"});
    return RunningProgram(SACCADE_PROGRAM, more).wait();
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  std::vector<nlohmann::json> lines_of(const std::string& name) const {
    std::istringstream text(content_of(path(name)));
    std::vector<nlohmann::json> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
    return lines;
  }

  TemporaryFolder folder_;
  std::string model_ = write_tiny_model(folder_ / "model.safetensors");
};

TEST_F(ExplainCommand, WritesAPageALineAndAnAnimationAPicture) {
  const auto result =
      explain({"--output", path("report.html"), "--json", path("explained.jsonl"), "--gif", path("gifs"), path("pictures")});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output + result.errors, "");
  const auto lines = lines_of("explained.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) {
    const auto record = from_json_record(line, "explained.jsonl");  // what reads records reads these
    EXPECT_EQ(line["explanation"]["steps"].size(), record.words.size());
    EXPECT_EQ(line["explanation"]["without"].size(), record.words.size());
    EXPECT_NE(content_of(path("report.html")).find(record.image), std::string::npos);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "gifs"), {}), 2);
}

TEST_F(ExplainCommand, TellsOfBadPicturesAndPassesThemOver) {
  std::ofstream(folder_ / "bad.jpg") << "no picture";
  const auto result = explain({"--json", path("explained.jsonl"), "--output", path("report.html"), path("bad.jpg"), path("pictures")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.errors.find("bad.jpg"), std::string::npos);
  EXPECT_NE(result.errors.find("2 explained, 1 failed"), std::string::npos) << result.errors;
  const auto lines = lines_of("explained.jsonl");
  ASSERT_EQ(lines.size(), 3U) << "rows out = rows in";
  EXPECT_TRUE(lines[0].contains("error"));
  EXPECT_EQ(content_of(path("report.html")).find("bad.jpg"), std::string::npos);
}

TEST_F(ExplainCommand, SearchesAsItIsTold) {
  ASSERT_EQ(explain({"--max-length", "2", "--json", path("short.jsonl"), path("pictures")}).exit_code, 0);
  for (const auto& line : lines_of("short.jsonl")) EXPECT_LE(line["words"].size(), 2U);
}

TEST_F(ExplainCommand, RefusesToWorkForNothing) {
  EXPECT_EQ(explain({path("pictures")}).exit_code, 2) << "nothing is to be written";
  EXPECT_EQ(explain({"--output", path("report.html")}).exit_code, 2) << "no picture";
  std::filesystem::create_directories(folder_ / "empty");
  EXPECT_EQ(explain({"--output", path("report.html"), path("empty")}).exit_code, 1);
}

TEST_F(ExplainCommand, OverwritesNothingUnasked) {
  write("report.html", "precious");
  write("explained.jsonl", "precious\n");
  const auto page = explain({"--output", path("report.html"), path("pictures")});
  EXPECT_EQ(page.exit_code, 1);
  EXPECT_NE(page.errors.find("report.html: is there already"), std::string::npos) << page.errors;
  EXPECT_EQ(explain({"--json", path("explained.jsonl"), path("pictures")}).exit_code, 1);
  EXPECT_EQ(content_of(path("report.html")) + content_of(path("explained.jsonl")), "preciousprecious\n");
  const auto asked = explain({"--overwrite", "--output", path("report.html"), "--json", path("explained.jsonl"), path("pictures")});
  EXPECT_EQ(asked.exit_code, 0) << asked.errors;
  EXPECT_EQ(lines_of("explained.jsonl").size(), 2U);
  EXPECT_NE(content_of(path("report.html")).find("scene-000"), std::string::npos);
}

TEST_F(ExplainCommand, WritesNothingOverWhatItReads) {
  const auto model = content_of(model_), picture = path("pictures/scene-000.png"), png = content_of(picture);
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {"--json", model_}, {"--output", picture}, {"--output", path("same"), "--json", path("pictures/../same")}}) {
    auto given = bad;
    given.insert(given.end(), {"--overwrite", picture});
    const auto result = explain(given);
    EXPECT_EQ(result.exit_code, 2) << bad[1] << ": " << result.errors;
  }
  EXPECT_EQ(content_of(model_), model);
  EXPECT_EQ(content_of(picture), png);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "same"));
}

TEST_F(ExplainCommand, FindsOutBeforeTheWorkWhatCannotBeWritten) {
  const auto page = explain({"--output", path("absent/report.html"), "--json", path("explained.jsonl"), path("pictures")});
  EXPECT_EQ(page.exit_code, 1);
  EXPECT_NE(page.errors.find("absent/report.html: cannot be written"), std::string::npos) << page.errors;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "explained.jsonl")) << "it was at work";
  const auto lines = explain({"--json", path("absent/explained.jsonl"), path("pictures")});
  EXPECT_EQ(lines.exit_code, 1);
  EXPECT_NE(lines.errors.find("absent/explained.jsonl: cannot be written"), std::string::npos) << lines.errors;
}

TEST_F(ExplainCommand, SaysThatTheDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  const auto result = explain({"--json", "/dev/full", path("pictures")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.errors.find("/dev/full: cannot be written (No space left"), std::string::npos) << result.errors;
}

}  // namespace
}  // namespace saccade
