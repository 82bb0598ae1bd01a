#include "tools/arguments.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

namespace saccade {
namespace {

struct Options {
  std::string model;
  int64_t beam = 3;
  std::optional<double> penalty;
  std::vector<std::string> overrides, inputs;
  bool resume = false;
};

/// A command line with one option of each sort.
CommandLine command_line(Options& options) {
  CommandLine line({"caption --model MODEL [options] INPUT...", "Writes captions.", {"saccade caption --model best.safetensors photos"}});
  line.group("Model")
      .required("model", "MODEL", text_value(&options.model), "the model file")
      .group("Search")
      .option("beam", "K", whole_number(&options.beam, {1, 100}), "beams")
      .option("length-penalty", "X", real_number(&options.penalty), "penalty")
      .repeated("set", "KEY=VALUE", appended_to(&options.overrides), "override")
      .flag("resume", &options.resume, "go on")
      .operands("INPUT", appended_to(&options.inputs), {1});
  return line;
}

Options parsed(const std::vector<std::string>& words) {
  Options options;
  EXPECT_EQ(command_line(options).parse(words), CommandLine::Parsed::kRun);
  return options;
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    Options options;
    (void)command_line(options).parse(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "(accepted)";
}

TEST(CommandLine, ReadsEverySortOfOption) {
  const auto options =
      parsed({"--model", "m", "--beam=5", "a.jpg", "--set", "a.b=1", "--set=c=-2", "--length-penalty", "-0.5", "--resume", "b.jpg"});
  EXPECT_EQ(options.model, "m");
  EXPECT_EQ(options.beam, 5);
  EXPECT_EQ(options.penalty, -0.5);
  EXPECT_EQ(options.overrides, (std::vector<std::string>{"a.b=1", "c=-2"}));
  EXPECT_EQ(options.inputs, (std::vector<std::string>{"a.jpg", "b.jpg"}));
  EXPECT_TRUE(options.resume);
}

TEST(CommandLine, TakesWhatFollowsTwoDashesAsItIs) {
  EXPECT_EQ(parsed({"--model", "m", "--", "-odd.jpg", "--help"}).inputs, (std::vector<std::string>{"-odd.jpg", "--help"}));
}

TEST(CommandLine, TakesOneDashAsAnOperandForItMeansStandardInput) {
  EXPECT_EQ(parsed({"--model", "m", "-"}).inputs, std::vector<std::string>{"-"});
}

TEST(CommandLine, RefusesUnknownOptionsAndNamesTheNearest) {
  EXPECT_EQ(refusal({"--model", "m", "--baem", "3", "a"}), "unknown option '--baem'; did you mean --beam?");
  EXPECT_EQ(refusal({"--model", "m", "--length=2", "a"}), "unknown option '--length'; did you mean --length-penalty?");
  EXPECT_EQ(refusal({"--model", "m", "--zzzzzzz", "a"}), "unknown option '--zzzzzzz'");
  EXPECT_EQ(refusal({"--model", "m", "-b", "3", "a"}).substr(0, 19), "unknown option '-b'");
}

TEST(CommandLine, GuessesNoAbbreviation) { EXPECT_EQ(refusal({"--mod", "m", "a"}), "unknown option '--mod'; did you mean --model?"); }

TEST(CommandLine, RefusesNumbersThatAreNone) {
  for (const std::string bad : {"-3", "0", "101", "3.0", "3x", " 3", "+3", "99999999999999999999", "nan"}) {
    EXPECT_EQ(refusal({"--model", "m", "--beam=" + bad, "a"}), "--beam " + bad + ": expected a whole number from 1 to 100");
  }
  for (const std::string bad : {"nan", "inf", "-inf", "1e999", "1.0x", "0,5"}) {
    EXPECT_EQ(refusal({"--model", "m", "--length-penalty=" + bad, "a"}), "--length-penalty " + bad + ": expected a number");
  }
}

TEST(CommandLine, RefusesWhatIsMissing) {
  EXPECT_EQ(refusal({"a.jpg"}), "--model MODEL is missing: the model file");
  EXPECT_EQ(refusal({"--model", "m"}), "INPUT is missing");
  EXPECT_NE(refusal({"a.jpg", "--model"}), "(accepted)");
  EXPECT_NE(refusal({"a.jpg", "--model="}), "(accepted)");
  EXPECT_NE(refusal({"--model", "--beam", "3", "a"}).find("--model needs a value"), std::string::npos);
}

TEST(CommandLine, RefusesAnOptionTwiceAndAValueForAFlag) {
  EXPECT_EQ(refusal({"--model", "m", "--model", "n", "a"}), "--model was given twice");
  EXPECT_NE(refusal({"--model", "m", "--resume=yes", "a"}), "(accepted)");
}

TEST(CommandLine, RefusesSurplusOperands) {
  CommandLine line({"info FILE", "", {}});
  std::vector<std::string> files;
  line.operands("FILE", appended_to(&files), {1, 1});
  EXPECT_THROW((void)line.parse({"a", "b"}), UsageError);
  CommandLine none({"bench", "", {}});
  EXPECT_THROW((void)none.parse({"a"}), UsageError);
}

TEST(CommandLine, PrintsHelpFromTheDeclarationWithinItsWidth) {
  Options options;
  const auto help = command_line(options).help();
  for (const auto* part : {"Usage: saccade caption --model MODEL", "Writes captions.", "Model:\n  --model MODEL",
                           "the model file (required)", "Search:", "Examples:"}) {
    EXPECT_NE(help.find(part), std::string::npos) << part << " in\n" << help;
  }
  testing::internal::CaptureStdout();
  EXPECT_EQ(command_line(options).parse({"--beam", "nonsense", "--help"}), CommandLine::Parsed::kHelpWasPrinted);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), help);
}

TEST(NearestName, IsEmptyWhereNothingIsNear) {
  EXPECT_EQ(nearest_name("captoin", {"caption", "train"}), "caption");
  EXPECT_EQ(nearest_name("cap", {"caption", "train"}), "caption");
  EXPECT_EQ(nearest_name("frobnicate", {"caption", "train"}), "");
}

}  // namespace
}  // namespace saccade
