#include "pipeline/overlay/contact_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/overlay/canvas.h"
#include "tests/pipeline/overlay/example_record.h"

namespace saccade {
namespace {

/// Whether `part` stands somewhere in `whole`, pixel for pixel.
bool holds(const Picture& whole, const Picture& part) {
  const auto row = [](const Picture& picture, int x, int y) {
    return picture.rgb.data() + 3 * (static_cast<std::size_t>(y) * picture.width + x);
  };
  for (int y = 0; y + part.height <= whole.height; ++y)
    for (int x = 0; x + part.width <= whole.width; ++x) {
      int equal = 0;
      while (equal < part.height && std::equal(row(part, 0, equal), row(part, 0, equal) + 3 * part.width, row(whole, x, y + equal)))
        ++equal;
      if (equal == part.height) return true;
    }
  return false;
}

TEST(ContactSheet, ShowsThePlainPictureAndATileAWord) {
  const auto picture = sloped_picture(120, 90);
  const auto record = example_record(120, 90, 3, {"a", "dog", "runs"});
  const auto sheet = contact_sheet(record, picture, {.tile = 120});
  EXPECT_TRUE(holds(sheet, picture));
  const double most = std::ranges::max(largest_weights(*record.attention));
  for (std::size_t t = 0; t < 3; ++t)
    EXPECT_TRUE(holds(sheet, overlay_weights(picture, map_weights(*record.attention, t, 120, 90), most))) << t;
}

TEST(ContactSheet, GrowsByWholeRows) {
  const auto picture = sloped_picture(120, 90);
  const auto height_of = [&](std::vector<std::string> words) {
    return contact_sheet(example_record(120, 90, 3, words), picture, {.tile = 120, .columns = 3}).height;
  };
  const int one_row = height_of({"a", "b"}), two_rows = height_of({"a", "b", "c"});
  EXPECT_EQ(height_of({"a", "b", "c", "d", "e"}), two_rows);
  EXPECT_EQ(height_of({"a", "b", "c", "d", "e", "f"}) - two_rows, two_rows - one_row);
  EXPECT_GT(two_rows - one_row, 90);
}

TEST(ContactSheet, HasNoMoreColumnsThanTiles) {
  EXPECT_EQ(sheet_columns({}, 1, 100, 100), 1);
  EXPECT_EQ(sheet_columns({.columns = 9}, 4, 100, 100), 4);
  EXPECT_GE(sheet_columns({}, 13, 300, 200), 3);
}

TEST(ColourLimits, AreTheWordsOwnOrTheLargestOfAll) {
  AttentionRecord attention{
      .geometry = {8, 8, 0, 0, 8, 8}, .regions = grid_of_boxes(2), .weights = {{0.7f, 0.1f, 0.1f, 0.1f}, {0.25f, 0.25f, 0.25f, 0.25f}}};
  EXPECT_FLOAT_EQ(colour_limits(attention, WeightScale::kShared)[1], 0.7f);
  EXPECT_FLOAT_EQ(colour_limits(attention, WeightScale::kPerWord)[1], 0.25f);
}

TEST(ContactSheet, OfACaptionWithoutWordsIsThePicture) {
  EXPECT_TRUE(holds(contact_sheet(example_record(60, 40, 2, {}), sloped_picture(60, 40), {.tile = 60}), sloped_picture(60, 40)));
}

}  // namespace
}  // namespace saccade
