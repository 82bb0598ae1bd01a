#include "pipeline/overlay/animation.h"

#include <gtest/gtest.h>

#include <set>

#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/quantise.h"
#include "tests/pipeline/overlay/decoded_gif.h"
#include "tests/pipeline/overlay/example_record.h"

namespace saccade {
namespace {

double mean_difference(const Picture& a, const Picture& b, std::size_t bytes) {
  double sum = 0;
  for (std::size_t i = 0; i < bytes; ++i) sum += std::abs(a.rgb[i] - b.rgb[i]);
  return sum / static_cast<double>(bytes);
}

TEST(Animation, HasAFrameForThePictureAndOneForEveryWord) {
  const auto picture = sloped_picture(120, 90);
  const auto record = example_record(120, 90, 3, {"a", "dog", "runs", "fast"});
  const auto gif = decoded(animate_words(record, picture, {.longest_side = 120, .word_seconds = 0.5}));
  ASSERT_TRUE(gif);
  ASSERT_EQ(gif->ImageCount, 5);
  EXPECT_EQ(gif->SWidth, 120);
  EXPECT_GT(gif->SHeight, 90 + 14) << "the caption stands below";
  // The picture fills the frame's first rows; 256 colours and dithering are a few levels off.
  EXPECT_LT(mean_difference(frame_of(*gif, 0), picture, picture.rgb.size()), 4);
  const auto limits = colour_limits(*record.attention, WeightScale::kShared);
  for (int t = 0; t < 4; ++t) {
    const auto expected = overlay_weights(picture, map_weights(*record.attention, t, 120, 90), limits[t]);
    EXPECT_LT(mean_difference(frame_of(*gif, t + 1), expected, expected.rgb.size()), 4) << t;
  }
  GraphicsControlBlock control;
  ASSERT_EQ(DGifSavedExtensionToGCB(gif.get(), 2, &control), GIF_OK);
  EXPECT_EQ(control.DelayTime, 50);
}

TEST(Animation, LoopsForEver) {
  const auto bytes = animate_words(example_record(40, 40, 2, {"a"}), sloped_picture(40, 40));
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto loop = text.find("NETSCAPE2.0");
  ASSERT_NE(loop, std::string::npos);
  EXPECT_EQ(text.substr(loop + 11, 5), std::string("\3\1\0\0\0", 5));  // a block of 3: 1, and 0 repetitions = no end
}

TEST(Quantise, KeepsFewColoursExactly) {
  auto picture = blank_picture(16, 16, {250, 10, 20});
  fill(picture, {0, 0, 8, 16}, {1, 2, 3});
  fill(picture, {0, 8, 16, 16}, {90, 200, 77});
  const auto indexed = quantise(picture);
  for (int i = 0; i < 256; ++i) {
    const auto& colour = indexed.palette[indexed.indices[i]];
    EXPECT_EQ((std::array{colour.red, colour.green, colour.blue}),
              (std::array{picture.rgb[3 * i], picture.rgb[3 * i + 1], picture.rgb[3 * i + 2]}));
  }
}

TEST(Quantise, UsesItsColours) {
  const auto indexed = quantise(sloped_picture(300, 200));
  EXPECT_EQ(indexed.palette.size(), 256u);
  EXPECT_GT(std::set<uint8_t>(indexed.indices.begin(), indexed.indices.end()).size(), 150u);
}

}  // namespace
}  // namespace saccade
