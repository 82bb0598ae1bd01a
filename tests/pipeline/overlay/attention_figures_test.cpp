#include "pipeline/overlay/attention_figures.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "data/error.h"
#include "pipeline/overlay/colour_map.h"
#include "tests/pipeline/overlay/example_record.h"

namespace saccade {
namespace {

int times(const std::string& text, const std::string& part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(AttentionFigures, DrawACellForEveryWordAndRegion) {
  const auto svg = matrix_svg(example_record(60, 40, 3, {"a", "dog"}), sloped_picture(60, 40), WeightScale::kShared);
  EXPECT_EQ(times(svg, "height=\"23\""), 2 * 9);
  EXPECT_EQ(times(svg, "<image"), 9) << "a piece of the picture over each column";
  EXPECT_EQ(times(svg, "href=\"data:image/jpeg;base64,/9j"), 9);
  EXPECT_NE(svg.find(">dog</text>"), std::string::npos);
  EXPECT_EQ(times(svg, ">row "), 3) << "the rows of the grid";
  EXPECT_EQ(times(svg, "http"), 1) << "the name of SVG, and nothing from elsewhere";
}

/// Word t of the example looks at region t: its cell, and no other, has the last colour.
TEST(AttentionFigures, GiveTheLargestWeightTheLastColour) {
  const auto svg = matrix_svg(example_record(60, 40, 3, {"a", "dog"}), sloped_picture(60, 40), WeightScale::kPerWord);
  const auto& last = heat_colours()[255];
  char colour[8];
  std::snprintf(colour, sizeof colour, "#%02x%02x%02x", last.red, last.green, last.blue);
  EXPECT_EQ(times(svg, "height=\"23\" fill=\"" + std::string(colour)), 2);
}

TEST(AttentionFigures, DrawRegionsThatHaveNoPlaceWithoutAPiece) {
  auto record = example_record(60, 40, 2, {"a"});
  record.attention->regions.insert(record.attention->regions.begin(), RegionBox{0, 0, 0, 0});
  record.attention->weights[0].insert(record.attention->weights[0].begin(), 0.9f);  // more than any that has a place
  const auto svg = matrix_svg(record, sloped_picture(60, 40), WeightScale::kShared);
  EXPECT_EQ(times(svg, "height=\"23\""), 5);
  EXPECT_EQ(times(svg, "<image"), 4);
}

TEST(AttentionFigures, RefuseMoreRegionsThanColumnsCanShow) {
  EXPECT_NO_THROW(require_few_regions(example_record(60, 40, 64, {"a"})));
  const auto record = example_record(60, 40, 65, {"a"});
  try {
    matrix_svg(record, sloped_picture(60, 40), WeightScale::kShared);
    FAIL() << "it drew them";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find(record.image + ": 4225 regions are too many"), 0U) << error.what();
  }
}

TEST(AttentionFigures, PlotWhatIsKnownOfEveryWord) {
  auto record = example_record(60, 40, 3, {"a", "dog", "runs"});
  const auto svg = strength_svg(record);
  EXPECT_EQ(times(svg, "<polyline"), 5);
  EXPECT_EQ(times(svg, "<circle"), 5 * 3 - 1) << "the first word moved from nowhere";
  record.attention->gates.clear();
  EXPECT_EQ(times(strength_svg(record), "<polyline"), 4);
}

TEST(AttentionFigures, EscapeTheWords) {
  const auto record = example_record(60, 40, 3, {"<script>alert(1)</script>", "a\xff&"});
  for (const auto& svg : {matrix_svg(record, sloped_picture(60, 40), WeightScale::kShared), strength_svg(record)}) {
    EXPECT_EQ(times(svg, "<script"), 0);
    EXPECT_EQ(svg.find('\xff'), std::string::npos);
    EXPECT_NE(svg.find("&lt;script&gt;"), std::string::npos);
  }
}

}  // namespace
}  // namespace saccade
