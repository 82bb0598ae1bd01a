#include "pipeline/records.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

CaptionRecord full_record() {
  CaptionRecord record{.image = "dogs/a \"b\", 犬.jpg", .id = ImageId{.text = "391895", .is_number = true}, .caption = "a dog"};
  record.words = {{.word = "a", .probability = 0.75}, {.word = "dog", .probability = 0.5}};
  record.log_probability = -0.980829;
  record.alternatives = {{.caption = "the dog", .log_probability = -1.5}};
  record.warning = "premature end of JPEG file";
  record.region = PixelBox{.left = 12.5, .top = 0, .width = 320, .height = 240};
  record.attention = AttentionRecord{.geometry = {.width = 640, .height = 480, .left = 80, .top = 0, .crop_width = 480, .crop_height = 480},
                                     .regions = grid_regions(2),
                                     .weights = {{0.25F, 0.25F, 0.25F, 0.25F}, {0.1F, 0.2F, 0.3F, 0.4F}},
                                     .gates = {0.5, 0.25}};
  return record;
}

CaptionRecord read_text(const std::string& text) { return parse_record(text, "captions.jsonl:7"); }

std::string message_for(const std::string& text) {
  try {
    read_text(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Records, ComeBackAsTheyWereWritten) {
  const auto record = full_record();
  const auto back = read_text(to_json_record(record).dump());
  EXPECT_EQ(back.image, record.image);
  EXPECT_EQ(back.id, record.id);
  EXPECT_EQ(back.caption, record.caption);
  ASSERT_EQ(back.words.size(), 2U);
  EXPECT_EQ(back.words[1].word, "dog");
  EXPECT_EQ(back.words[1].probability, 0.5);
  EXPECT_EQ(back.log_probability, record.log_probability);
  ASSERT_EQ(back.alternatives.size(), 1U);
  EXPECT_EQ(back.alternatives[0].caption, "the dog");
  EXPECT_EQ(back.warning, record.warning);
  ASSERT_TRUE(back.region);
  EXPECT_EQ(back.region->left, 12.5);
  EXPECT_EQ(back.region->height, 240);
  ASSERT_TRUE(back.attention);
  EXPECT_EQ(back.attention->geometry.left, 80);
  EXPECT_EQ(back.attention->geometry.crop_height, 480);
  ASSERT_EQ(back.attention->regions.size(), 4U);
  EXPECT_EQ(back.attention->regions[3].left, 0.5);
  EXPECT_EQ(back.attention->weights, record.attention->weights);
  EXPECT_EQ(back.attention->gates, record.attention->gates);
}

TEST(Records, KeepRegionsThatAreNoGrid) {
  auto record = full_record();
  record.attention->regions = {{0, 0, 1, 1}, {0.125, 0.25, 0.5, 0.75}, {0, 0, 0.5, 0.5}, {0.5, 0.5, 1, 1}};
  const auto back = read_text(to_json_record(record).dump());
  ASSERT_EQ(back.attention->regions.size(), 4U);
  EXPECT_EQ(back.attention->regions[1].left, 0.125);
  EXPECT_EQ(back.attention->regions[1].bottom, 0.75);
}

TEST(Records, OfTwelveWordsOverFortyNineRegionsStayUnderSixKilobytes) {
  auto record = full_record();
  record.words.assign(12, {.word = "word", .probability = 1.0 / 3});
  record.attention->gates.clear();
  record.attention->regions = grid_regions(7);
  record.attention->weights.assign(12, std::vector<float>(49));
  for (std::size_t t = 0; t < 12; ++t) {
    for (std::size_t l = 0; l < 49; ++l) record.attention->weights[t][l] = (1.0F + std::sin(static_cast<float>(t * 49 + l))) / 49;
  }
  const auto text = to_json_record(record).dump();
  EXPECT_LT(text.size(), 6144U);
  const auto back = read_text(text);
  for (std::size_t t = 0; t < 12; ++t) {
    for (std::size_t l = 0; l < 49; ++l) {
      ASSERT_NEAR(back.attention->weights[t][l], record.attention->weights[t][l], 5.1e-6);  // half a step of 1e-5, and float's own rounding
    }
  }
}

TEST(Records, OfAPictureThatFailedHoldItsNameAndTheReason) {
  auto record = full_record();
  record.error = "looks like HTML";
  EXPECT_EQ(to_json_record(record).dump(), R"({"image":"dogs/a \"b\", 犬.jpg","id":391895,"error":"looks like HTML"})");
  const auto back = read_text(to_json_record(record).dump());
  EXPECT_EQ(back.error, "looks like HTML");
  EXPECT_TRUE(back.caption.empty());
}

TEST(Records, KeepTheTypeOfAnId) {
  EXPECT_EQ(read_text(R"({"image":"a","caption":"","id":"007"})").id, (ImageId{.text = "007", .is_number = false}));
  EXPECT_EQ(read_text(R"({"image":"a","caption":"","id":7})").id, (ImageId{.text = "7", .is_number = true}));
  EXPECT_EQ(to_json_record(read_text(R"({"image":"a","caption":"","id":18446744073709551615})"))["id"].dump(), "18446744073709551615");
}

TEST(Records, AreRefusedWithThePlaceOfTheFault) {
  EXPECT_EQ(message_for("[]"), "captions.jsonl:7: found array; expected an object");
  EXPECT_EQ(message_for(R"({"caption":"a"})"), "captions.jsonl:7: lacks \"image\"");
  EXPECT_EQ(message_for(R"({"image":"a.jpg"})"), "captions.jsonl:7: lacks \"caption\"");
  EXPECT_EQ(message_for(R"({"image":"a.jpg","caption":5})"), "captions.jsonl:7.caption: found number; expected text");
  EXPECT_EQ(message_for(R"({"image":"a","caption":"b","words":[{"word":"b","probability":2}]})"),
            "captions.jsonl:7.words[0].probability: found 2; expected a number from 0.0 to 1.0");
  EXPECT_EQ(message_for(R"({"image":"a","caption":"b)").substr(0, 34), "captions.jsonl:7: is no valid JSON");
  EXPECT_EQ(message_for("{\"image\":\"\xff\",\"caption\":\"\"}").substr(0, 34), "captions.jsonl:7: is no valid JSON");
  EXPECT_EQ(message_for(R"({"image":"a","caption":"b","log_probability":1e999})").substr(0, 34), "captions.jsonl:7: is no valid JSON");
  EXPECT_EQ(message_for(std::string(100'000, '[')).substr(0, 36), "captions.jsonl:7: nests deeper than ");
  EXPECT_EQ(message_for(std::string((16 << 20) + 1, ' ')).substr(0, 40), "captions.jsonl:7: is larger than 16 MiB;");
}

TEST(Records, AreRefusedWhenWeightsDoNotFitTheRegionsOrTheWords) {
  auto record = full_record();
  record.attention->weights[1].pop_back();
  EXPECT_EQ(message_for(to_json_record(record).dump()), "captions.jsonl:7.attention.weights[1]: 3 weights; expected one a region, 4");
  record.attention->weights.pop_back();
  EXPECT_EQ(message_for(to_json_record(record).dump()).substr(0, 33), "captions.jsonl:7.attention.gates:");
  record.attention->gates.clear();
  EXPECT_EQ(message_for(to_json_record(record).dump()), "captions.jsonl:7.attention.weights: 1 rows; expected one a word, 2");
}

TEST(Records, AreReadLineByLineAndTheFaultyLineIsNamed) {
  const TemporaryFolder folder;
  const auto path = folder / "captions.jsonl";
  std::ofstream(path) << "{\"image\":\"a\",\"caption\":\"x\"}\r\n\n{\"image\":\"b\",\"caption\":\"y\"}";
  const auto records = read_records(path);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].caption, "y");
  std::ofstream(path, std::ios::app) << "\n{}\n";
  try {
    read_records(path);
    FAIL() << "a line that is no record was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), path.string() + ":4: lacks \"image\"");
  }
}

}  // namespace
}  // namespace saccade
