#include "pipeline/metrics/document_frequencies.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "data/error.h"
#include "pipeline/metrics/metrics.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using Tokens = std::vector<std::string>;

std::vector<ScoredCaption> three_captions() {
  return {{.hypothesis = {"a", "dog", "runs"}, .references = {{"a", "dog", "runs", "fast"}, {"one", "dog"}}},
          {.hypothesis = {"a", "cat"}, .references = {{"a", "cat", "sleeps"}}},
          {.hypothesis = {"a", "cat", "jumps"}, .references = {{"the", "cat", "jumps"}, {"a", "cat"}}}};
}

TEST(DocumentFrequencies, CountImagesNotCaptionsAndLeaveOutWhatOneImageHas) {
  const auto frequencies = document_frequencies_of(three_captions());
  EXPECT_EQ(frequencies.images, 3);
  const std::vector<DocumentFrequencies::Entry> expected = {{"a", 3}, {"a cat", 2}, {"cat", 2}};  // "dog" twice, of one image
  EXPECT_EQ(frequencies.entries, expected);
}

TEST(DocumentFrequencies, OfTheSameImagesGiveTheSameScoresAfterAWayThroughAFile) {
  const TemporaryFolder folder;
  const auto captions = three_captions();
  write_document_frequencies(document_frequencies_of(captions), folder / "df");
  const auto read = read_document_frequencies(folder / "df");
  EXPECT_EQ(read.source, (folder / "df").string());
  const auto own = score_images(captions), other = score_images(captions, &read);
  for (std::size_t i = 0; i < own.size(); ++i) {
    EXPECT_EQ(own[i].cider, other[i].cider);
    EXPECT_EQ(own[i].cider_plain, other[i].cider_plain);
  }
}

TEST(DocumentFrequencies, OfAnotherSetGiveASingleImageAScoreOfItsOwn) {
  const std::vector<ScoredCaption> one = {{.hypothesis = {"a", "dog"}, .references = {{"a", "dog"}}}};
  EXPECT_EQ(score_images(one)[0].cider, 0);  // all its n-grams are in all images: their idf is ln 1
  const DocumentFrequencies other{.images = 1000, .entries = {{"a", 900}, {"dog", 10}}};
  EXPECT_DOUBLE_EQ(score_images(one, &other)[0].cider,
                   5);  // equal in words and word pairs, and no longer n-grams: 10 * (1 + 1 + 0 + 0) / 4
}

// "a cat" has words that no reference has, but the other set: they weigh in the norm of the hypothesis by their own frequency.
TEST(DocumentFrequencies, WeighWordsOfAHypothesisThatNoReferenceHas) {
  const std::vector<ScoredCaption> one = {{.hypothesis = {"dog", "cat"}, .references = {{"dog"}}}};
  const auto score_with = [&](int32_t cats) {
    const DocumentFrequencies other{.images = 1000, .entries = {{"cat", cats}, {"dog", 10}}};
    return score_images(one, &other)[0].cider_plain;
  };
  const double dog = std::log(1000.0 / 10), cat = std::log(1000.0 / 500);
  EXPECT_NEAR(score_with(500), 10 * dog / std::hypot(dog, cat) / 4, 1e-12);
  EXPECT_LT(score_with(2), score_with(500));
}

TEST(DocumentFrequencies, RefuseAFileThatIsNoneAndSayWhere) {
  const TemporaryFolder folder;
  const std::string header = R"({"format": "saccade-document-frequencies", "version": 1, "images": 5})";
  const auto refuses = [&](const std::string& content, const std::string& place) {
    std::ofstream(folder / "df") << content;
    try {
      read_document_frequencies(folder / "df");
      ADD_FAILURE() << "read: " << content;
    } catch (const Error& error) {
      EXPECT_EQ(std::string(error.what()).find((folder / "df").string() + place), 0U) << error.what();
    }
  };
  refuses("", ": ");
  refuses("a dog\n", ": ");
  refuses(std::string(100000, '['), ": ");
  refuses(R"({"format": "saccade-document-frequencies", "version": 2, "images": 5})", ": ");
  refuses(R"({"format": "saccade-document-frequencies", "version": 1, "images": -5})", ": ");
  refuses(R"({"format": "saccade-document-frequencies", "version": 1})", ": ");
  refuses(header + "\n2\ta\n6\ta dog\n", ":3: ");
  refuses(header + "\n0\ta\n", ":2: ");
  refuses(header + "\n2 a\n", ":2: ");
  refuses(header + "\n2\t\n", ":2: ");
  refuses(header + "\n2\ta  dog\n", ":2: ");
  refuses(header + "\n2\tone two three four five\n", ":2: ");
  EXPECT_THROW(read_document_frequencies(folder / "absent"), Error);
}

}  // namespace
}  // namespace saccade
