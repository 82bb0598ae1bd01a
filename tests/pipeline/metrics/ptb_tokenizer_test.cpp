#include "pipeline/metrics/ptb_tokenizer.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/test_data.h"

namespace saccade {
namespace {

using nlohmann::json;

std::string joined(const std::vector<std::string>& tokens) {
  std::string text;
  for (const auto& token : tokens) text += (text.empty() ? "" : " ") + token;
  return text;
}

TEST(PtbTokenizer, EqualsTheReferenceOnOddStringsAndCaptions) {
  std::ifstream file(fixture("coco/tokens.jsonl"));
  int64_t strings = 0, captions = 0;
  for (std::string line; std::getline(file, line);) {
    const auto row = json::parse(line);
    const std::string raw = row["raw"];
    if (row.contains("ptb")) {
      ++strings;
      EXPECT_EQ(joined(tokenize_ptb(raw)), row["ptb"].get<std::string>()) << row["raw"];
    } else {
      ++captions;
      EXPECT_EQ(joined(tokenize_for_scoring(raw)), row["tokens"].get<std::string>()) << row["raw"];
    }
  }
  EXPECT_EQ(strings, 221);
  EXPECT_EQ(captions, 400);
}

TEST(PtbTokenizer, EqualsTheReferenceOnHalfOfTheCaptionsOfCoco) {
  SACCADE_NEEDS_DATA("coco-eval/tokenizer_corpus.jsonl.gz");
  const auto file = gzopen((test_data() / "coco-eval/tokenizer_corpus.jsonl.gz").c_str(), "rb");
  ASSERT_NE(file, nullptr);
  std::vector<char> line(1 << 20);
  int64_t captions = 0;
  std::vector<std::string> wrong;
  while (gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    const auto image = json::parse(line.data());
    for (std::size_t i = 0; i < image["raw"].size(); ++i, ++captions) {
      const std::string raw = image["raw"][i];
      if (joined(tokenize_for_scoring(raw)) != image["tok"][i]) wrong.push_back(raw);
    }
  }
  gzclose(file);
  EXPECT_EQ(captions, 101'328);
  // The reference read on into the next line of its file, which begins with "The", and took "U." for the end of a sentence; alone, it gives
  // "u." as we do.
  EXPECT_EQ(wrong, std::vector<std::string>{"A group of people trying out the new Nintendo Wii U."});
}

TEST(PtbTokenizer, KeepsAnInnerLineBreakInItsOwnCaption) {
  EXPECT_EQ(joined(tokenize_for_scoring("a man\r\non a\u2028horse")), "a man on a horse");
}

TEST(PtbTokenizer, DropsPunctuationButNotBracketsForScoring) {
  EXPECT_EQ(joined(tokenize_ptb("A \"dog\" (brown), running; fast...")), "a `` dog '' -lrb- brown -rrb- , running ; fast ...");
  EXPECT_EQ(joined(tokenize_for_scoring("A \"dog\" (brown), running; fast...")), "a dog -lrb- brown -rrb- running fast");
}

TEST(PtbTokenizer, LivesWithAnyBytes) {
  std::mt19937 random(7);
  const std::string alphabet = "aZ9 .'`\"-_/&<>@#$%:;=()!?,\xC2\xA0\xAD\xE2\x80\x99\xF0\x9F\x98\x80\xFF";
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (auto length = random() % 40; length > 0; --length)
      text += i % 2 == 0 ? alphabet[random() % alphabet.size()] : static_cast<char>(random() % 256);
    for (const auto& token : tokenize_ptb(text)) {
      ASSERT_FALSE(token.empty());
      ASSERT_EQ(token.find(' '), std::string::npos);
      ASSERT_NO_THROW(json(token).dump()) << "no UTF-8";
    }
  }
}

TEST(PtbTokenizer, TakesTimeInProportionToTheText) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view part :
       {"a-.", "<a ", "a.b ", "'a", "1 1/", "&am", "a. ", "--", "U.S. ", "(", ",", "$", "[",  "&",  "~",  "/", "<",
        "@",   "#",   "=",    "%",  ";",    "?",   "'",   "\"", ".",     "*", ":", ")", ":-", "1,", "-1", "a'"}) {
    std::string text;
    while (text.size() < 300'000) text += part;
    EXPECT_FALSE(tokenize_ptb(text).empty());
  }
  // A second or two with sanitizers; steps that grow with the square of the text would take minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

}  // namespace
}  // namespace saccade
