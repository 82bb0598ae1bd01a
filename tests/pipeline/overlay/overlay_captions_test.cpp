#include "pipeline/overlay/overlay_captions.h"

#include <gmock/gmock.h>

#include <fstream>

#include "data/error.h"
#include "tests/support/run_program.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class OverlayCaptions : public testing::Test {
 protected:
  OverlayCaptions() { write_scene_pictures(folder_ / "pictures", 2); }

  void write_captions(const std::vector<CaptionRecord>& records) const {
    std::ofstream file(folder_ / "captions.jsonl");
    for (const auto& record : records) file << to_json_record(record).dump() << "\n";
  }
  static CaptionRecord record(const std::string& image) {
    return {.image = image,
            .caption = "a star",
            .words = {{"a", .9}, {"star", .8}},
            .attention = AttentionRecord{.geometry = {.width = 64, .height = 64, .crop_width = 64, .crop_height = 64},
                                         .regions = {{0, 0, .5, 1}, {.5, 0, 1, 1}},
                                         .weights = {{.5f, .5f}, {.9f, .1f}}}};
  }
  OverlayTally draw(const std::vector<OverlayFormat>& formats, std::size_t page_pictures = 500) const {
    return overlay_captions({.captions = folder_ / "captions.jsonl",
                             .images = folder_ / "pictures",
                             .output = folder_ / "overlays",
                             .overlay = {.formats = formats},
                             .page_pictures = page_pictures,
                             .quiet = true});
  }

  TemporaryFolder folder_;
};

TEST_F(OverlayCaptions, AreDrawnAndWhatCannotBeIsTold) {
  write_captions({record("scene-000.png"), record("absent.png"), {.image = "bad.png", .error = "is no picture"}, record("scene-001.png")});
  const auto tally = draw({OverlayFormat::kSheet, OverlayFormat::kHtml});
  EXPECT_EQ(tally.drawn, 2);
  EXPECT_EQ(tally.without_caption, 1);
  EXPECT_THAT(tally.failures, ElementsAre(HasSubstr("absent.png")));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "overlays/captions.html"));
  std::size_t sheets = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "overlays"))
    sheets += entry.path().extension() == ".png";
  EXPECT_EQ(sheets, 2u);
}

TEST_F(OverlayCaptions, TellOfARecordThatAFormatCannotHoldAndGoOn) {
  auto fine = record("scene-000.png");
  fine.attention->regions = grid_regions(65);
  fine.attention->weights.assign(2, std::vector<float>(65 * 65, 0.f));
  write_captions({fine, record("scene-001.png")});
  const auto tally = draw({OverlayFormat::kSheet, OverlayFormat::kMatrix});
  EXPECT_THAT(tally.failures, ElementsAre(HasSubstr("4225 regions")));
  EXPECT_EQ(tally.drawn, 1);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_ / "overlays"), {}), 2) << "half of what was asked for is not left";
  EXPECT_EQ(draw({OverlayFormat::kSheet}).drawn, 2);
}

TEST_F(OverlayCaptions, FillOnePageAfterTheOther) {
  write_captions({record("scene-000.png"), record("scene-001.png"), record("scene-000.png")});
  EXPECT_EQ(draw({OverlayFormat::kHtml}, 2).drawn, 3);
  const auto pictures_of = [&](const std::string& page) {
    const auto text = content_of(folder_ / "overlays" / page);
    std::size_t count = 0;
    for (auto at = text.find("data:image/"); at != std::string::npos; at = text.find("data:image/", at + 1)) ++count;
    return count;
  };
  EXPECT_EQ(pictures_of("captions.html"), 2u);
  EXPECT_EQ(pictures_of("captions-2.html"), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "overlays/captions-3.html"));
}

TEST_F(OverlayCaptions, WithoutAttentionSayHowToGetIt) {
  auto plain = record("scene-000.png");
  plain.attention.reset();
  write_captions({plain});
  EXPECT_THAT(draw({OverlayFormat::kSheet}).failures, ElementsAre(HasSubstr("attention")));
}

}  // namespace
}  // namespace saccade
