#include "pipeline/comparison/kinds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "pipeline/demo/demo.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Twice in a table, it would have a deviation of 0 as if over two seeds.
TEST(ModelKinds, AreTakenOnceHoweverOftenTheyAreNamed) {
  const auto kinds = choose_kinds(known_kinds(), {"dot", "additive", "dot"});
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].name, "dot");
  EXPECT_EQ(kinds[1].name, "additive");
}

TEST(ModelKinds, AreReadFromAFileAndChosenByName) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    std::ofstream(folder / "kinds.json") << text;
    return read_kinds(folder / "kinds.json");
  };
  const auto kinds = read(R"([{"name": "b"}, {"name": "a-2", "decoder": {"gate": "none"}}])");
  ASSERT_EQ(kinds.size(), 2u);
  EXPECT_EQ(kinds[0].name, "b");
  EXPECT_EQ(kinds[1].patch, nlohmann::json::parse(R"({"decoder": {"gate": "none"}})"));
  EXPECT_EQ(choose_kinds(kinds, {"a-2"}).front().name, "a-2");
  EXPECT_THAT([&] { choose_kinds(kinds, {"c"}); }, ThrowsMessage<Error>(HasSubstr("b, a-2")));
  for (const auto* wrong : {"{}", "[]", R"([{"name": "../up"}])", R"([{"decoder": {}}])", R"([{"name": "a"}, {"name": "a"}])", "[1]", "x"})
    EXPECT_THROW(read(wrong), Error) << wrong;
}

TEST(ModelKinds, SayWhatTheirAttentionShouldComeTo) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& text) {
    std::ofstream(folder / "kinds.json") << text;
    return read_kinds(folder / "kinds.json");
  };
  const auto kinds =
      read(R"([{"name": "a"}, {"name": "b", "goal": {"healthy": false}}, {"name": "c", "goal": {"pointing": 0.5, "fall": 3}}])");
  EXPECT_TRUE(kinds[0].goal.healthy);
  EXPECT_FALSE(kinds[1].goal.healthy);
  EXPECT_TRUE(kinds[1].patch.empty()) << "a goal is no configuration";
  EXPECT_EQ(kinds[2].goal.pointing, .5);
  EXPECT_EQ(kinds[2].goal.fall, 3);
  for (const auto* wrong : {R"([{"name": "a", "goal": {"fame": 1}}])", R"([{"name": "a", "goal": {"pointing": "much"}}])"})
    EXPECT_THROW(read(wrong), Error) << wrong;
}

TEST(ModelKinds, OfTheProgramAreAllConfigurations) {
  for (const auto& kind : known_kinds()) {
    for (const auto& common : {scene_config(), scene_kinds_config()}) {
      auto json = nlohmann::json(common);
      json.merge_patch(kind.patch);
      EXPECT_NO_THROW(parse_config(json, kind.name)) << kind.name;
    }
  }
}

}  // namespace
}  // namespace saccade
