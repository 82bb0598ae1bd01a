// `saccade caption`, the program itself, on a small model of random weights.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "pipeline/records.h"
#include "tests/support/run_program.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

class CaptionCommand : public testing::Test {
 protected:
  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {"caption", "--model", model_, "--device", "cpu", "--batch", "2", "--quiet"});
    return more;
  }
  ProgramResult caption(const std::vector<std::string>& more) const { return RunningProgram(SACCADE_PROGRAM, words(more)).wait(); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string pictures(int count) const {
    write_scene_pictures(folder_ / "pictures", count);
    return path("pictures");
  }
  static int64_t lines_of(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

  TemporaryFolder folder_;
  std::string model_ = write_tiny_model(folder_ / "model.safetensors");
};

TEST_F(CaptionCommand, WritesOneJsonLineAPictureToStandardOutput) {
  const auto result = caption({"--alternatives", "1", pictures(3)});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.errors, "");
  std::istringstream lines(result.output);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto record = nlohmann::json::parse(line);
    for (const auto* key : {"image", "caption", "words", "log_probability", "alternatives"})
      EXPECT_TRUE(record.contains(key)) << key << " in " << line;
    EXPECT_EQ(record["alternatives"].size(), 1U);
  }
  EXPECT_EQ(count, 3);
}

TEST_F(CaptionCommand, WritesEveryFormat) {
  const auto folder = pictures(2);
  for (const std::string format : {"coco", "csv", "txt"}) {
    const auto result = caption({"--format", format, "--output", path("captions." + format), folder});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_NE(content_of(path("captions." + format)).find("scene-001"), std::string::npos) << format;
  }
  EXPECT_EQ(nlohmann::json::parse(content_of(path("captions.coco"))).size(), 2U);
}

TEST_F(CaptionCommand, NamesEveryFormatOfOverlays) {
  const auto help = RunningProgram(SACCADE_PROGRAM, {"caption", "--help"}).wait().output;
  const auto about = help.substr(help.find("--overlay-format"));
  for (const auto* format : {"sheet (default)", "words", "gif", "html", "matrix", "strength", "npy", "safetensors"})
    EXPECT_NE(about.find(format), std::string::npos) << format << " in " << about;
}

TEST_F(CaptionCommand, CaptionsAPlaceAndTellsWhich) {
  const auto folder = pictures(2);
  const auto result = caption({"--region", "0,0.5,0.5,0.5", "--attention", "--overlay", path("overlays"), folder});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(nlohmann::json::parse(line)["region"], (nlohmann::json{0, 32, 32, 32}));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "overlays"), {}), 2);

  const auto beside = caption({"--region", "64,0,10,10", folder});
  EXPECT_EQ(beside.exit_code, 3);
  EXPECT_NE(beside.output.find("the picture is 64 × 64 pixels"), std::string::npos) << beside.output;
}

TEST_F(CaptionCommand, EndsWithThreeIfAPictureFailed) {
  std::ofstream(folder_ / "bad.jpg") << "no picture";
  const auto result = caption({path("bad.jpg"), pictures(1)});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(lines_of(result.output), 2);
  EXPECT_NE(result.output.find("\"error\""), std::string::npos);
  EXPECT_NE(result.errors.find("1 captioned, 1 failed"), std::string::npos) << result.errors;
}

TEST_F(CaptionCommand, TakesNamesFromStandardInput) {
  pictures(3);
  std::ofstream(folder_ / "list") << path("pictures/scene-002.png") << "\n" << path("pictures/scene-000.png") << "\n";
  const auto result = RunningProgram(SACCADE_PROGRAM, words({"--format", "txt", "-"}), folder_ / "list").wait();
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(lines_of(result.output), 2);
  EXPECT_LT(result.output.find("scene-002"), result.output.find("scene-000"));
}

TEST_F(CaptionCommand, RefusesACommandLineThatCannotBeMeant) {
  const auto folder = pictures(1);
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{{"--beam", "-1"},
                                                                                   {"--length-penalty", "nan"},
                                                                                   {"--shard", "3/2"},
                                                                                   {"--region", "1,2,3"},
                                                                                   {"--beam", "2", "--alternatives", "2"},
                                                                                   {"--resume", "--overwrite"}}) {
    auto given = bad;
    given.push_back(folder);
    const auto result = caption(given);
    EXPECT_EQ(result.exit_code, 2) << bad[0] << " " << bad.back() << ": " << result.errors;
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors.find("error: "), 0U);
  }
  EXPECT_EQ(caption({}).exit_code, 2) << "no input";
}

TEST_F(CaptionCommand, RefusesInputsThatAreWrongAsAWholeAndNamesThem) {
  const auto folder = pictures(1);
  for (const auto& bad : {"@" + path("absent-list"), path("no-such-*.jpg")}) {
    const auto result = caption({bad});
    EXPECT_EQ(result.exit_code, 1) << bad;
    EXPECT_NE(result.errors.find("error: "), std::string::npos);
  }
  const auto device = RunningProgram(SACCADE_PROGRAM, {"caption", "--model", model_, "--device", "abacus", folder}).wait();
  EXPECT_EQ(device.exit_code, 1);
  EXPECT_NE(device.errors.find("abacus"), std::string::npos) << device.errors;
}

TEST_F(CaptionCommand, OverwritesNothingUnasked) {
  const auto folder = pictures(1);
  std::ofstream(folder_ / "captions.jsonl") << "precious\n";
  EXPECT_EQ(caption({"--output", path("captions.jsonl"), folder}).exit_code, 1);
  EXPECT_EQ(content_of(path("captions.jsonl")), "precious\n");
  EXPECT_EQ(caption({"--output", path("captions.jsonl"), "--overwrite", folder}).exit_code, 0);
  EXPECT_EQ(lines_of(content_of(path("captions.jsonl"))), 1);
}

/// Waits until the captions file of a running program has this many lines, or the program has ended.
void wait_for_lines(RunningProgram& program, const std::string& file, int64_t lines) {
  while (program.is_running()) {
    const auto text = content_of(file);
    if (std::count(text.begin(), text.end(), '\n') >= lines) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_F(CaptionCommand, LosesAndRepeatsNothingWhenKilledAndResumed) {
  const auto folder = pictures(60);
  std::ofstream(folder_ / "pictures" / "scene-004.png", std::ios::trunc) << "damaged beyond use";
  const auto whole = path("whole.jsonl"), killed = path("killed.jsonl");
  ASSERT_EQ(caption({"--beam", "30", "--output", whole, folder}).exit_code, 3);
  int kills = 0;
  for (const int64_t lines : {1, 7, 20, 41}) {
    RunningProgram program(SACCADE_PROGRAM, words({"--beam", "30", "--output", killed, "--resume", folder}));
    wait_for_lines(program, killed, lines);
    kills += program.is_running() ? 1 : 0;
    program.signal(SIGKILL);
    program.wait();
  }
  EXPECT_GE(kills, 1) << "the program was never caught at work";
  std::ofstream(killed, std::ios::app) << "{\"image\":\"half a li";
  EXPECT_EQ(caption({"--beam", "30", "--output", killed, "--resume", folder}).exit_code, 3);
  const auto found = read_records(killed), expected = read_records(whole);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {  // probabilities may differ in the last digit: a batch begins elsewhere
    EXPECT_EQ(found[i].image, expected[i].image);
    EXPECT_EQ(found[i].caption, expected[i].caption);
    EXPECT_EQ(found[i].error, expected[i].error);
    EXPECT_NEAR(found[i].log_probability, expected[i].log_probability, 1e-3);
  }
}

TEST_F(CaptionCommand, ResumesAPictureThatStandsTwiceAmongTheInputs) {
  const auto picture = pictures(1) + "/scene-000.png";
  const auto captions = path("captions.jsonl");
  ASSERT_EQ(caption({"--output", captions, picture}).exit_code, 0);
  ASSERT_EQ(caption({"--output", captions, "--resume", picture, picture}).exit_code, 0);
  EXPECT_EQ(lines_of(content_of(captions)), 2);
}

TEST_F(CaptionCommand, EndsInOrderOnASignalAndSaysHowToGoOn) {
  const auto folder = pictures(200);
  const auto captions = path("captions.jsonl");
  for (const int signal : {SIGTERM, SIGINT}) {
    RunningProgram program(SACCADE_PROGRAM, words({"--beam", "30", "--output", captions, "--resume", folder}));
    wait_for_lines(program, captions, signal == SIGTERM ? 2 : 40);
    program.signal(signal);
    const auto result = program.wait();
    EXPECT_EQ(result.exit_code, 128 + signal);
    EXPECT_NE(result.errors.find("--resume"), std::string::npos) << result.errors;
    EXPECT_TRUE(content_of(captions).ends_with("\n")) << "no half line";
  }
  ASSERT_EQ(caption({"--output", captions, "--resume", folder}).exit_code, 0);
  std::set<std::string> images;
  std::istringstream lines(content_of(captions));
  for (std::string line; std::getline(lines, line);) EXPECT_TRUE(images.insert(nlohmann::json::parse(line)["image"]).second) << line;
  EXPECT_EQ(images.size(), 200U);
}

TEST_F(CaptionCommand, DividesTheWorkIntoShards) {
  const auto folder = pictures(7);
  const auto whole = caption({"--format", "txt", folder});
  std::multiset<std::string> expected, together;
  const auto add = [](const std::string& text, std::multiset<std::string>& lines) {
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.insert(line);
  };
  add(whole.output, expected);
  for (const std::string shard : {"1/3", "2/3", "3/3"}) add(caption({"--format", "txt", "--shard", shard, folder}).output, together);
  EXPECT_EQ(expected.size(), 7U);
  EXPECT_EQ(together, expected);
}

}  // namespace
}  // namespace saccade
