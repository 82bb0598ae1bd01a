#include "pipeline/comparison/compare_kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "pipeline/comparison/goals.h"
#include "pipeline/demo/demo.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class CompareKinds : public testing::Test {
 protected:
  CompareKinds() {
    prepare_scenes(folder_ / "scenes", scenes_);
    options_ = {
        .data = folder_ / "scenes",
        .output = folder_ / "out",
        .config = scene_config({"training.epochs=1", "training.batch_pictures=8", "decoder.hidden_size=16", "decoder.embedding_size=16",
                                "decoder.attention.size=8", "training.warmup_steps=0", "search.max_length=4"}),
        .kinds = choose_kinds(known_kinds(), {"additive", "none"}),
        .quiet = true};
  }
  std::vector<KindResult> compare() {
    return compare_kinds(options_, *scene_material(scenes_, 4), [&](const KindResult& result) { told_.push_back(result.kind); });
  }

  TemporaryFolder folder_;
  const SceneSetOptions scenes_{.train = 32, .validation = 8};
  ComparisonOptions options_;
  std::vector<std::string> told_;
};

TEST_F(CompareKinds, MeasuresEachAndPassesOverWhatIsDone) {
  const auto results = compare();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(told_, (std::vector<std::string>{"additive", "none"}));
  for (const auto& result : results) {
    EXPECT_EQ(result.failure, "");
    EXPECT_GT(result.parameters, 0);
    EXPECT_GT(result.caption_speed, 0);
    ASSERT_TRUE(result.true_captions);
  }
  EXPECT_NEAR(results[1].health.at("change").get<double>(), 0, 1e-6);
  EXPECT_FALSE(results[1].health.at("healthy")) << "without attention no weight depends on a word";
  std::filesystem::remove_all(folder_ / "out/runs");  // were it trained again, it would need time, and make them anew
  const auto again = compare();
  EXPECT_EQ(to_json(again[0]), to_json(results[0]));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/runs"));
}

TEST_F(CompareKinds, RefusesResultsOfAnotherConfiguration) {
  options_.kinds.resize(1);
  compare();
  options_.overrides = {"training.learning_rate=0.1"};
  EXPECT_THAT([&] { compare(); }, ThrowsMessage<Error>(HasSubstr("another configuration")));
}

TEST_F(CompareKinds, RefusesResultsOfOtherPictures) {
  options_.kinds.resize(1);
  compare();
  EXPECT_THAT([&] { compare_kinds(options_, *scene_material(scenes_, 5), [](const KindResult&) {}); },
              ThrowsMessage<Error>(HasSubstr("measured on other pictures")));
}

TEST_F(CompareKinds, TrainsTwoNamesOfOneConfigurationOnce) {
  options_.kinds = {{.name = "one"}, {.name = "same", .patch = {{"decoder", {{"kind", "lstm"}}}}}};
  const auto results = compare();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[1].kind, "same");
  EXPECT_EQ(results[1].same_as, "one");
  EXPECT_EQ(results[1].health, results[0].health);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out/runs/same-1"));
  const auto again = compare();
  EXPECT_EQ(again[1].kind, "same") << "from its file";
  EXPECT_EQ(again[1].same_as, "one");
}

TEST_F(CompareKinds, FindsWhatWasMeasuredBeforeByTheSameConfiguration) {
  options_.kinds.resize(1);
  const auto results = compare();
  const auto earlier = [&](int64_t scenes) { return earlier_results(options_, known_kinds(), *scene_material(scenes_, scenes)); };
  ASSERT_EQ(earlier(4).size(), 1u);
  EXPECT_EQ(to_json(earlier(4)[0]), to_json(results[0]));
  EXPECT_TRUE(earlier(5).empty()) << "it was measured on other pictures";
  std::ofstream(options_.output / "results/none-1.json") << "{";
  EXPECT_EQ(earlier(4).size(), 1u) << "nobody asked for the damaged one";
  options_.overrides = {"training.learning_rate=0.1"};
  EXPECT_TRUE(earlier(4).empty());
}

TEST_F(CompareKinds, SaysOfADamagedResultThatItCanBeRemoved) {
  options_.kinds.resize(1);
  std::filesystem::create_directories(options_.output / "results");
  std::ofstream(options_.output / "results/additive-1.json") << "{";
  EXPECT_THAT([&] { compare(); }, ThrowsMessage<Error>(HasSubstr("remove it")));
}

TEST_F(CompareKinds, RefusesSizesThatCannotBeBeforeItBegins) {
  options_.kinds.push_back({.name = "three", .patch = {{"decoder", {{"attention", {{"score", "scaled_dot"}, {"heads", 3}}}}}}});
  EXPECT_THAT([&] { compare(); }, ThrowsMessage<Error>(HasSubstr("heads")));
  EXPECT_TRUE(told_.empty());
}

TEST_F(CompareKinds, RefusesAWrongKindBeforeItBegins) {
  options_.kinds.push_back({.name = "wrong", .patch = {{"decoder", {{"attention", {{"score", "guess"}}}}}}});
  EXPECT_THROW(compare(), Error);
  EXPECT_TRUE(told_.empty());
}

TEST_F(CompareKinds, RefusesAnEncoderThatSeesNothingBeforeItBegins) {
  options_.overrides = {"encoder.trainable_from=none"};
  EXPECT_THAT([&] { compare(); }, ThrowsMessage<Error>(HasSubstr("encoder.weights")));
  EXPECT_TRUE(told_.empty());
}

TEST(Goals, AreMissedByWhatLooksElsewhereIsUnfaithfulOrNotFoundOut) {
  const auto result = [](bool healthy, double pointing, double fall) {
    return KindResult{.kind = "a",
                      .health = {{"healthy", healthy},
                                 {"reasons", healthy ? nlohmann::json::array() : nlohmann::json{"why"}},
                                 {"pointing", pointing},
                                 {"faithfulness", {{"fall", fall}, {"fall_random", .1}}}}};
  };
  EXPECT_TRUE(missed_goals(result(true, .9, .3), {}).empty());
  EXPECT_THAT(missed_goals(result(true, .8, .3), {}), testing::ElementsAre(HasSubstr("80.0 % of the words")));
  EXPECT_THAT(missed_goals(result(true, .9, .15), {}), testing::ElementsAre(HasSubstr("1.5 times as fast")));
  EXPECT_THAT(missed_goals(result(false, .9, .3), {}), testing::ElementsAre(HasSubstr("why")));
  EXPECT_TRUE(missed_goals(result(false, 0, 0), {.healthy = false}).empty());
  EXPECT_EQ(missed_goals(result(true, .9, .3), {.healthy = false}).size(), 1u);
  EXPECT_EQ(missed_goals({.kind = "a", .failure = "no memory"}, {.healthy = false}).size(), 1u);
}

}  // namespace
}  // namespace saccade
