#include "pipeline/comparison/kinds.h"

#include <gtest/gtest.h>

namespace saccade {
namespace {

// Twice in a table, it would have a deviation of 0 as if over two seeds.
TEST(ModelKinds, AreTakenOnceHoweverOftenTheyAreNamed) {
  const auto kinds = choose_kinds(known_kinds(), {"dot", "additive", "dot"});
  ASSERT_EQ(kinds.size(), 2U);
  EXPECT_EQ(kinds[0].name, "dot");
  EXPECT_EQ(kinds[1].name, "additive");
}

}  // namespace
}  // namespace saccade
