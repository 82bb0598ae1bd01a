#include "data/annotations/expert_ratings.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

std::filesystem::path written(const TemporaryFolder& folder, const std::string& text) {
  std::ofstream(folder / "file.txt", std::ios::binary) << text;
  return folder / "file.txt";
}

template <typename Read>
std::string refusal_of(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(ExpertRatings, AreReadWithTheirNames) {
  const TemporaryFolder folder;
  const auto ratings = read_expert_ratings(written(folder, "a.jpg\tb.jpg#2\t1\t2\t4\r\n\nb.jpg\ta.jpg#0\t3\t3\t3"));
  ASSERT_EQ(ratings.size(), 2U);
  EXPECT_EQ(ratings[0].image, "a.jpg");
  EXPECT_EQ(ratings[0].caption, "b.jpg#2");
  EXPECT_EQ(ratings[0].ratings, (std::array{1, 2, 4}));
  EXPECT_EQ(ratings[1].image, "b.jpg");
}

TEST(ExpertRatings, AreRefusedWhereALineIsNone) {
  const TemporaryFolder folder;
  for (const auto* line : {"a.jpg\tb.jpg#2\t1\t2", "a.jpg\tb.jpg#2\t1\t2\t5", "a.jpg\tb.jpg#2\t1\t2\t3\t4", "a.jpg\tb.jpg\t1\t2\t3",
                           "a.jpg\tb.jpg#2\t1\t2\t", "a.jpg\tb.jpg#2\t1\t2\t-1", "\tb.jpg#2\t1\t2\t3", "hello"}) {
    const auto path = written(folder, "a.jpg\tb.jpg#2\t1\t2\t3\n" + std::string(line) + "\n");
    EXPECT_TRUE(has(refusal_of([&] { read_expert_ratings(path); }), "file.txt:2: ")) << line;
  }
  EXPECT_TRUE(has(refusal_of([&] { read_expert_ratings(written(folder, "\n")); }), "no rating"));
}

TEST(ExpertRatings, HaveCaptionsByName) {
  const TemporaryFolder folder;
  const auto captions = read_captions_by_name(written(folder, "a.jpg#0\tA dog .\na.jpg#3\t a cat\nno tab\n"));
  EXPECT_EQ(captions.size(), 2U);
  EXPECT_EQ(captions.at("a.jpg#0"), "A dog .");
  EXPECT_EQ(captions.at("a.jpg#3"), "a cat");
  EXPECT_TRUE(has(refusal_of([&] { read_captions_by_name(written(folder, "no tab")); }), "no caption"));
}

TEST(ExpertRatings, OfFlickr8kAre5822OfThreeExperts) {
  SACCADE_NEEDS_DATA("flickr8k/ExpertAnnotations.txt");
  const auto ratings = read_expert_ratings(test_data() / "flickr8k/ExpertAnnotations.txt");
  const auto captions = read_captions_by_name(test_data() / "flickr8k/Flickr8k.token.txt");
  EXPECT_EQ(ratings.size(), 5822U);
  EXPECT_EQ(captions.size(), 40460U);
  for (const auto& rating : ratings) EXPECT_TRUE(captions.contains(rating.caption)) << rating.caption;
}

}  // namespace
}  // namespace saccade
