// What every command has in common, tried on the program as it is built.
#include <gtest/gtest.h>

#include "tests/support/run_program.h"

namespace saccade {
namespace {

ProgramResult saccade(const std::vector<std::string>& words) { return RunningProgram(SACCADE_PROGRAM, words).wait(); }

std::vector<std::string> commands() {
  std::istringstream lines(saccade({"--help"}).output);
  std::vector<std::string> names;
  std::string line;
  while (std::getline(lines, line) && line != "Commands:") continue;
  while (std::getline(lines, line) && !line.empty()) names.push_back(line.substr(2, line.find(' ', 2) - 2));
  return names;
}

TEST(Program, SaysWhatItCanDo) {
  const auto result = saccade({"--help"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.errors, "");
  EXPECT_NE(result.output.find("Usage: saccade COMMAND"), std::string::npos);
  EXPECT_GE(commands().size(), 3U);
}

TEST(Program, ExplainsEachCommandWithOptionsAndExamplesWithinThePage) {
  for (const auto& command : commands()) {
    const auto result = saccade({command, "--help"});
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_EQ(result.output.find("Usage: saccade " + command), 0U) << result.output;
    EXPECT_NE(result.output.find("Examples:"), std::string::npos) << command;
    std::istringstream lines(result.output.substr(0, result.output.find("Examples:")));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << command << ": " << line;
  }
}

TEST(Program, RefusesWhatItDoesNotKnowAndSaysWhatIsMeant) {
  const auto command = saccade({"inof", "x"});
  EXPECT_EQ(command.exit_code, 2);
  EXPECT_EQ(command.output, "");
  EXPECT_EQ(command.errors, "error: there is no command 'inof'; did you mean info?\nsee: saccade --help\n");
  const auto option = saccade({"info", "--hlep"});
  EXPECT_EQ(option.exit_code, 2);
  EXPECT_EQ(option.errors, "error: unknown option '--hlep'; did you mean --help?\nsee: saccade info --help\n");
  EXPECT_EQ(saccade({}).exit_code, 2);
}

TEST(Program, TellsItsVersion) {
  const auto result = saccade({"--version"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output.find("saccade "), 0U);
}

// LibTorch takes half a second and 520 MB before main; only what needs it may wait for it.
TEST(Program, IsNotLinkedWithLibTorch) {
  TemporaryFolder folder;
  std::ofstream(folder / "script") << "ldd '" SACCADE_PROGRAM "'\n";
  const auto result = RunningProgram("/bin/bash", {(folder / "script").string()}).wait();
  EXPECT_NE(result.output.find("libstdc++"), std::string::npos) << result.errors;
  EXPECT_EQ(result.output.find("torch"), std::string::npos) << result.output;
}

TEST(Program, SaysWhatIsMissingBesideIt) {
  TemporaryFolder folder;
  std::filesystem::copy_file(SACCADE_PROGRAM, folder / "saccade");
  const auto result = RunningProgram(folder / "saccade", {"info", "x"}).wait();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.errors.find("error: " + (folder / "saccade-torch").string() + ": cannot be started"), 0U) << result.errors;
}

TEST(Program, CompletesInBashAndZsh) {
  TemporaryFolder folder;
  const auto script = saccade({"completion", "bash"});
  ASSERT_EQ(script.exit_code, 0);
  std::ofstream(folder / "script") << script.output << "COMP_WORDS=(saccade inf) COMP_CWORD=1\n_saccade\necho \"${COMPREPLY[@]}\"\n";
  EXPECT_EQ(RunningProgram("/bin/bash", {(folder / "script").string()}).wait().output, "info\n");
  EXPECT_EQ(saccade({"completion", "zsh"}).output.find("autoload -U +X bashcompinit"), 0U);
  EXPECT_EQ(saccade({"completion", "fish"}).exit_code, 2);
}

TEST(Program, NamesTheFileThatIsMissingOrWrong) {
  TemporaryFolder folder;
  std::ofstream(folder / "text.safetensors") << "this is no model";
  for (const auto& path : {folder / "absent.safetensors", folder / "text.safetensors"}) {
    const auto result = saccade({"info", path.string()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.output, "");
    EXPECT_EQ(result.errors.find("error: " + path.string()), 0U) << result.errors;
  }
}

TEST(Program, SaysThatStandardOutputCannotBeWritten) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  TemporaryFolder folder;
  std::ofstream(folder / "script") << "'" SACCADE_PROGRAM "' --help > /dev/full\n";
  const auto result = RunningProgram("/bin/bash", {(folder / "script").string()}).wait();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.errors.find("error: standard output"), 0U) << result.errors;
}

}  // namespace
}  // namespace saccade
