#include "pipeline/compare_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "data/error.h"

namespace saccade {
namespace {

using testing::ElementsAre;

AnnotatedImage image_of(const std::string& file, std::vector<std::string> captions) {
  return {.file = file, .id = {.text = file}, .captions = std::move(captions)};
}

const std::vector<AnnotatedImage> kPeople{image_of("a.jpg", {"a brown dog runs over the grass", "a dog is running"}),
                                          image_of("b.jpg", {"a cat sits on a red chair", "the cat is on the chair"}),
                                          image_of("c.jpg", {"two men play football", "two men with a ball"}),
                                          image_of("d.jpg", {"a bird in a tree", "a small bird sits in a tree"})};

EvaluationReport report_of(const std::vector<std::pair<std::string, std::string>>& captions) {
  std::vector<CaptionRecord> records;
  for (const auto& [image, caption] : captions) records.push_back({.image = image, .caption = caption});
  return evaluate_captions(kPeople, records);
}

TEST(CompareReports, ComparesTheImagesThatBothHave) {
  const auto a = report_of({{"d.jpg", "a bird"}, {"a.jpg", "a dog on grass"}, {"b.jpg", "a cat"}});
  const auto b = report_of({{"b.jpg", "a cat on a chair"}, {"c.jpg", "two men"}, {"a.jpg", "a brown dog"}});
  const auto comparison = compare_reports(a, b);
  EXPECT_EQ(comparison.images, 2);
  EXPECT_THAT(comparison.only_a, ElementsAre("d.jpg"));
  EXPECT_THAT(comparison.only_b, ElementsAre("c.jpg"));
  ASSERT_EQ(comparison.rows.size(), 7U);  // without METEOR
  const auto& rouge_l = comparison.rows[4];
  EXPECT_EQ(rouge_l.name, "rouge_l");
  EXPECT_DOUBLE_EQ(rouge_l.a, (a.images[0].scores.rouge_l + a.images[1].scores.rouge_l) / 2);
  EXPECT_DOUBLE_EQ(rouge_l.b, (b.images[0].scores.rouge_l + b.images[1].scores.rouge_l) / 2);
}

TEST(CompareReports, HasMeteorWhereBothHave) {
  auto a = report_of({{"a.jpg", "a dog"}, {"b.jpg", "a cat"}}), b = a;
  const MeteorSide side{.words = 3, .matched_content = {2, 0, 0, 0}};
  for (auto* report : {&a, &b}) {
    for (auto& image : report->images) image.meteor = MeteorStatistics{.hypothesis = side, .reference = side, .chunks = 1};
  }
  const auto both = compare_reports(a, b).rows;
  ASSERT_EQ(both.size(), 8U);
  EXPECT_EQ(both[7].name, "meteor");
  EXPECT_GT(both[7].a, 0);
  EXPECT_EQ(both[7].p, 1);
  b.images[1].meteor.reset();
  EXPECT_EQ(compare_reports(a, b).rows.size(), 7U);
}

TEST(CompareReports, RefusesSystemsWithoutAnImageInCommon) {
  EXPECT_THROW(compare_reports(report_of({{"a.jpg", "a dog"}}), report_of({{"b.jpg", "a cat"}})), Error);
}

}  // namespace
}  // namespace saccade
