#include "pipeline/bench/bench.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

TEST(Bench, MeasuresWithoutWeightsAndWithoutPictures) {
  const auto figures = run_bench({.pictures = 16, .batch_pictures = 8});
  std::set<std::string> units;
  for (const auto& figure : figures) {
    units.insert(figure.unit);
    EXPECT_FALSE(figure.what.empty());
  }
  EXPECT_EQ(units, (std::set<std::string>{"GB", "captions/s", "pictures/s", "s"}));
}

TEST(Bench, RefusesPicturesThatCannotBeRead) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.jpg") << "no picture";
  EXPECT_THROW(run_bench({.inputs = {(folder / "a.jpg").string()}, .pictures = 16, .batch_pictures = 8}), Error);
}

}  // namespace
}  // namespace saccade
