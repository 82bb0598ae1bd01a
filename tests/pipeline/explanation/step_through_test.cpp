#include "pipeline/explanation/step_through.h"

#include <gtest/gtest.h>

#include "pipeline/overlay/gif_writer.h"
#include "tests/pipeline/overlay/decoded_gif.h"
#include "tests/pipeline/overlay/example_record.h"

namespace saccade {
namespace {

Explanation example_explanation(const CaptionRecord& record) {
  Explanation explanation;
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    explanation.steps.push_back({.candidates = {record.words[t], {"cat", 0.1}},
                                 .query = {0.5f, -1, 0.25f},
                                 .scores = {record.attention->weights[t]},
                                 .context = std::vector<float>(1000, -0.5f)});
    explanation.without.push_back({.regions = {0}, .probability = 0.01, .caption = "a cat"});
  }
  return explanation;
}

TEST(StepThrough, ShowsFiveStagesOfEveryWordBetweenThePictureAndItsCaption) {
  const auto record = example_record(120, 90, 3, {"a", "dog", "runs"});
  const auto gif = decoded(animate_steps(record, example_explanation(record), sloped_picture(120, 90)));
  ASSERT_TRUE(gif);
  EXPECT_EQ(gif->ImageCount, 1 + 3 * 5 + 1);
  EXPECT_NE(shown_at(*gif, 1).rgb, shown_at(*gif, 2).rgb);
  EXPECT_NE(shown_at(*gif, 3).rgb, shown_at(*gif, 8).rgb) << "the weights of another word";
}

TEST(StepThrough, LeavesOutWhatTheKindHasNot) {
  const auto record = example_record(90, 120, 3, {"a", "dog"});
  auto explanation = example_explanation(record);
  explanation.without.clear();
  for (auto& step : explanation.steps) step.query = {}, step.scores = {}, step.context = {};
  const auto gif = decoded(animate_steps(record, explanation, sloped_picture(90, 120)));
  ASSERT_TRUE(gif);
  EXPECT_EQ(gif->ImageCount, 1 + 2 * 2 + 1) << "weights and word";
}

TEST(StepThrough, ShowsThePictureOfACaptionWithoutWords) {
  auto record = example_record(60, 60, 2, {});
  const auto gif = decoded(animate_steps(record, {}, sloped_picture(60, 60)));
  ASSERT_TRUE(gif);
  EXPECT_EQ(gif->ImageCount, 2);
}

TEST(StepThrough, TakesAnyNumbers) {
  auto record = example_record(64, 48, 2, {"a"});
  auto explanation = example_explanation(record);
  explanation.steps[0].query = {0, 0};
  explanation.steps[0].scores = {{-3, -3, -3, -3}, {7, 7, 7, 7}};
  explanation.steps[0].heads = {{.25f, .25f, .25f, .25f}, {.25f, .25f, .25f, .25f}};
  explanation.steps[0].context = {1e30f};
  EXPECT_TRUE(decoded(animate_steps(record, explanation, sloped_picture(64, 48))));
}

TEST(GifWriter, WritesOnlyWhatChanged) {
  auto picture = sloped_picture(60, 40);
  GifWriter writer(60, 40);
  writer.add_change(picture, 1);
  fill(picture, {10, 20, 15, 30}, {255, 0, 0});
  writer.add_change(picture, 1);
  writer.add_change(picture, 1);
  const auto gif = decoded(writer.finish());
  ASSERT_TRUE(gif);
  ASSERT_EQ(gif->ImageCount, 3);
  const auto& change = gif->SavedImages[1].ImageDesc;
  EXPECT_EQ((std::array{change.Left, change.Top, change.Width, change.Height}), (std::array{10, 20, 5, 10}));
  EXPECT_EQ(gif->SavedImages[2].ImageDesc.Width, 1) << "a frame without a change";
  const auto red = shown_at(*gif, 2);
  EXPECT_EQ(red.rgb[3 * (25 * 60 + 12)], 255);
}

}  // namespace
}  // namespace saccade
