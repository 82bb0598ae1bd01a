#include "pipeline/overlay/overlay.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/error.h"
#include "data/pictures/decode.h"
#include "pipeline/overlay/words.h"
#include "tests/pipeline/overlay/example_record.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

const OverlayOptions kAllFormats = {.formats = {OverlayFormat::kSheet, OverlayFormat::kWords, OverlayFormat::kGif, OverlayFormat::kHtml,
                                                OverlayFormat::kMatrix, OverlayFormat::kStrength},
                                    .tile = 60,
                                    .gif_longest = 60};

TEST(WriteOverlay, WritesEveryFormat) {
  const TemporaryFolder folder;
  const auto files = write_overlay(example_record(60, 40, 3, {"a", "dog"}), sloped_picture(60, 40), folder / "out", kAllFormats);
  ASSERT_EQ(files.size(), 7u);
  for (const auto& file : files) EXPECT_TRUE(std::filesystem::is_regular_file(file)) << file;
  const auto word = read_picture(files[2]).picture;
  EXPECT_EQ(word.width, 60) << "of the original's size";
  EXPECT_EQ(word.height, 40);
  EXPECT_TRUE(files[2].filename().string().ends_with("-02-dog.png")) << files[2];
}

TEST(WriteOverlay, DrawsALineAroundThePlaceThatAloneIsCaptioned) {
  const TemporaryFolder folder;
  const auto picture = sloped_picture(320, 200);
  auto record = example_record(320, 200, 3, {"dog"});
  EXPECT_EQ(with_region(record, picture).rgb, picture.rgb) << "no place";
  record.region = PixelBox{.left = 100, .top = 50, .width = 80, .height = 200};  // over the edge
  const auto marked = with_region(record, picture);
  const auto differs = [&](int x, int y) {
    const auto at = 3 * (static_cast<std::size_t>(y) * 320 + x);
    return !std::equal(&marked.rgb[at], &marked.rgb[at] + 3, &picture.rgb[at]);
  };
  for (const auto& [x, y] : {std::pair{100, 60}, {103, 60}, {176, 100}, {179, 100}, {140, 50}, {140, 53}, {140, 199}})
    EXPECT_TRUE(differs(x, y)) << x << " " << y;
  for (const auto& [x, y] : {std::pair{99, 60}, {104, 60}, {180, 100}, {140, 49}, {140, 120}}) EXPECT_FALSE(differs(x, y)) << x << " " << y;
  EXPECT_EQ(write_overlay(record, picture, folder / "out", kAllFormats).size(), kAllFormats.formats.size());  // of a single word
}

TEST(WriteOverlay, StaysInItsFolderWhateverNamesSay) {
  const TemporaryFolder folder;
  auto record = example_record(20, 20, 2, {"../../x", "a/b", "猫", "", "..", std::string("nul\0byte", 8), std::string(500, 'w')});
  std::set<std::filesystem::path> names;
  for (const std::string image :
       {"../../../etc/passwd", "/abs/..", "con\ntrol\x1b[31m.jpg", "猫.jpg", "犬.jpg", "-rf.jpg", "", "a/x.jpg", "b/x.jpg"}) {
    record.image = image;
    for (const auto& file : write_overlay(record, sloped_picture(20, 20), folder / "out", {.formats = {OverlayFormat::kWords}})) {
      EXPECT_EQ(file.parent_path(), folder / "out");
      EXPECT_TRUE(names.insert(file).second) << file << " was there already";
      const auto name = file.filename().string();
      EXPECT_TRUE(std::ranges::all_of(name, [](unsigned char c) {
        return c < 128 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
      })) << name;
      EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(name.front())) || name.front() == '_') << name;
      EXPECT_LT(name.size(), 160u);
    }
  }
  EXPECT_EQ(std::distance(std::filesystem::recursive_directory_iterator(folder.path()), {}), std::ssize(names) + 1);
}

TEST(WriteOverlay, RefusesWhatDoesNotFitTogether) {
  const TemporaryFolder folder;
  const auto picture = sloped_picture(60, 40);
  const auto refuses = [&](auto change) {
    auto record = example_record(60, 40, 3, {"a", "dog"});
    change(record);
    EXPECT_THROW(write_overlay(record, picture, folder.path()), Error);
  };
  refuses([](CaptionRecord& record) { record.attention.reset(); });
  refuses([](CaptionRecord& record) { record.attention->geometry.width = 61; });
  refuses([](CaptionRecord& record) { record.attention->geometry.crop_width = 0; });
  refuses([](CaptionRecord& record) { record.attention->geometry.left = NAN; });
  refuses([](CaptionRecord& record) { record.attention->regions[4].right = INFINITY; });
  refuses([](CaptionRecord& record) { record.attention->weights.pop_back(); });
  refuses([](CaptionRecord& record) { record.attention->weights[1].pop_back(); });
  refuses([](CaptionRecord& record) { record.attention->weights[1][3] = NAN; });
  refuses([](CaptionRecord& record) { record.attention->weights[1][3] = -1; });
  refuses([](CaptionRecord& record) { record.attention->gates.pop_back(); });
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(WriteOverlay, DrawsThePicturesOfAnyShape) {
  const TemporaryFolder folder;
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 900}, {900, 1}, {7, 5}}) {
    auto record = example_record(width, height, 7, {"a", "long", "thin", "thing"});
    record.image = std::to_string(width);
    EXPECT_EQ(write_overlay(record, sloped_picture(width, height), folder.path(), kAllFormats).size(), 9u);
  }
}

TEST(WordSpans, FollowTheCaption) {
  const auto spans = word_spans("a man's hat on a man", {{"a"}, {"man"}, {"'s"}, {"hat"}, {"on"}, {"a"}, {"man"}, {"<end>"}});
  ASSERT_EQ(spans.size(), 8u);
  EXPECT_EQ(spans[1], (std::pair<std::size_t, std::size_t>{2, 5}));
  EXPECT_EQ(spans[2], (std::pair<std::size_t, std::size_t>{5, 7}));
  EXPECT_EQ(spans[6], (std::pair<std::size_t, std::size_t>{17, 20}));
  EXPECT_EQ(spans[7], (std::pair<std::size_t, std::size_t>{0, 0}));
}

TEST(ShortNumber, IsShort) {
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(0.934), "0.93");
  EXPECT_EQ(short_number(0.0621), "0.062");
  EXPECT_EQ(short_number(0.00512), "0.0051");
}

}  // namespace
}  // namespace saccade
