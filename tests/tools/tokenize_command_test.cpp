// `saccade tokenize`: lines in, tokens out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/run_program.h"

namespace saccade {
namespace {

class TokenizeCommand : public testing::Test {
 protected:
  ProgramResult tokenize(const std::string& text, std::vector<std::string> options = {}) const {
    std::ofstream(folder_ / "input", std::ios::binary) << text;
    options.insert(options.begin(), "tokenize");
    return RunningProgram(SACCADE_PROGRAM, options, folder_ / "input").wait();
  }
  TemporaryFolder folder_;
};

TEST_F(TokenizeCommand, WritesALineOfTokensALine) {
  const auto result = tokenize("It's a dog, isn't it?\n\nTwo birds.");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.errors, "");
  EXPECT_EQ(result.output, "it 's a dog is n't it\n\ntwo birds\n");
}

TEST_F(TokenizeCommand, KeepsPunctuationWhereItIsAskedTo) {
  EXPECT_EQ(tokenize("It's a dog, isn't it?\n", {"--raw"}).output, "it 's a dog , is n't it ?\n");
}

TEST_F(TokenizeCommand, GivesWhatTheReferenceScorersTokenizerGives) {
  std::ifstream lines(fixture("coco/tokens.jsonl"));  // README.md beside it says where it comes from
  std::string captions, tokens, raw_captions, raw_tokens, line;
  while (std::getline(lines, line)) {
    const auto entry = nlohmann::json::parse(line);
    const auto text = entry.at("raw").get<std::string>();
    if (text.find_first_of("\n\r") != std::string::npos) continue;  // more than a line
    const bool has_all = entry.contains("ptb");
    const auto expected = entry.at(has_all ? "ptb" : "tokens");
    std::string joined = expected.is_string() ? expected.get<std::string>() : "";
    if (expected.is_array()) {
      for (const auto& token : expected) joined += (joined.empty() ? "" : " ") + token.get<std::string>();
    }
    (has_all ? raw_captions : captions) += text + "\n";
    (has_all ? raw_tokens : tokens) += joined + "\n";
  }
  ASSERT_GT(captions.size(), 10'000U);
  ASSERT_GT(raw_captions.size(), 1'000U);
  EXPECT_EQ(tokenize(captions).output, tokens);
  EXPECT_EQ(tokenize(raw_captions, {"--raw"}).output, raw_tokens);
}

TEST_F(TokenizeCommand, SurvivesBrokenUtf8ControlCharactersAndLinesOfTenMegabytes) {
  using namespace std::string_literals;
  const auto broken = tokenize("a \xff\xfe\xc3 dog\0\x01 runs\n\xe2\x82\n"s);
  EXPECT_EQ(broken.exit_code, 0);
  EXPECT_EQ(std::count(broken.output.begin(), broken.output.end(), '\n'), 2);
  EXPECT_NE(broken.output.find("dog"), std::string::npos);
  std::string many_words, one_word(10'000'000, 'x');
  while (many_words.size() < 10'000'000) many_words += "a dog, ";
  const auto longest = tokenize(many_words + "\n" + one_word + "\nend\n");
  EXPECT_EQ(longest.exit_code, 0) << longest.errors;
  EXPECT_EQ(std::count(longest.output.begin(), longest.output.end(), '\n'), 3);
  EXPECT_TRUE(longest.output.ends_with("\nend\n"));
}

TEST_F(TokenizeCommand, OfNothingIsNothing) {
  EXPECT_EQ(tokenize("").output, "");
  EXPECT_EQ(tokenize("\n").output, "\n");
}

}  // namespace
}  // namespace saccade
