#include "pipeline/record_writers.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

std::string content(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

CaptionRecord captioned(const std::string& image, const std::string& caption) { return {.image = image, .caption = caption}; }
CaptionRecord failed(const std::string& image, const std::string& error) { return {.image = image, .error = error}; }

TEST(RecordWriters, WriteJsonLinesThatReadBackInTheirOrder) {
  const TemporaryFolder folder;
  auto writer = open_record_writer(folder / "captions.jsonl");
  writer.write(captioned("b.jpg", "a \"b\"\nc"));
  writer.write(failed("a.jpg", "empty file"));
  const auto before_finish = read_records(folder / "captions.jsonl");
  ASSERT_EQ(before_finish.size(), 2U);
  EXPECT_EQ(before_finish[0].caption, "a \"b\"\nc");
  EXPECT_EQ(before_finish[1].error, "empty file");
}

TEST(RecordWriters, WriteRecordsThatSayMore) {
  const TemporaryFolder folder;
  auto writer = open_record_writer(folder / "explained.jsonl");
  auto json = to_json_record(captioned("a\xff.jpg", "a dog"));
  json["explanation"] = {{"steps", 2}};
  writer.write_json(json);
  EXPECT_EQ(nlohmann::json::parse(content(folder / "explained.jsonl"))["explanation"]["steps"], 2);
  EXPECT_EQ(read_records(folder / "explained.jsonl").at(0).caption, "a dog");
}

TEST(RecordWriters, WriteCocoResultsThatAreWholeAfterEveryRecord) {
  const TemporaryFolder folder;
  const auto path = folder / "results.json";
  auto writer = open_record_writer(path, RecordFormat::kCoco);
  EXPECT_EQ(nlohmann::json::parse(content(path)), nlohmann::json::array());
  writer.write(captioned("val/COCO_val2014_000000391895.jpg", "a man"));
  EXPECT_EQ(nlohmann::json::parse(content(path)).size(), 1U);
  writer.write(captioned("000000000042.jpg", "a dog"));
  writer.write(captioned("123.jpg", "a cat"));
  auto with_id = captioned("x.jpg", "a bird");
  with_id.id = ImageId{.text = "9007199254740993", .is_number = true};
  writer.write(with_id);
  with_id.id = ImageId{.text = "012", .is_number = false};
  writer.write(with_id);
  writer.write(failed("000000000043.jpg", "empty file"));
  writer.finish();
  EXPECT_EQ(content(path),
            "[\n"
            "{\"image_id\":391895,\"caption\":\"a man\"},\n"
            "{\"image_id\":42,\"caption\":\"a dog\"},\n"
            "{\"image_id\":\"123.jpg\",\"caption\":\"a cat\"},\n"
            "{\"image_id\":9007199254740993,\"caption\":\"a bird\"},\n"
            "{\"image_id\":\"012\",\"caption\":\"a bird\"},\n"
            "{\"image_id\":43,\"caption\":\"\"}\n"
            "]\n");
}

TEST(RecordWriters, QuoteInCsvWhatNeedsIt) {
  const TemporaryFolder folder;
  auto writer = open_record_writer(folder / "captions.csv", RecordFormat::kCsv);
  auto record = captioned("a, b.jpg", "the \"dog\"");
  record.log_probability = -1.5;
  writer.write(record);
  writer.write(failed("c.jpg", "line one\nline two"));
  EXPECT_EQ(content(folder / "captions.csv"),
            "image,caption,log_probability,warning,error\r\n"
            "\"a, b.jpg\",\"the \"\"dog\"\"\",-1.5,,\r\n"
            "c.jpg,,,,\"line one\nline two\"\r\n");
}

TEST(RecordWriters, WriteTextOneLineARecord) {
  const TemporaryFolder folder;
  auto writer = open_record_writer(folder / "captions.txt", RecordFormat::kTxt);
  writer.write(captioned("a.jpg", "two\nlines\tand a tab"));
  writer.write(failed("b.jpg", "empty file"));
  EXPECT_EQ(content(folder / "captions.txt"), "a.jpg\ttwo lines and a tab\nb.jpg\t\n");
}

TEST(RecordWriters, ResumeAfterTheLastWholeRecord) {
  const TemporaryFolder folder;
  const auto path = folder / "captions.jsonl";
  open_record_writer(path).write(captioned("a\xff.jpg", "x"));  // a file name that is no UTF-8
  const auto whole = content(path);
  std::ofstream(path, std::ios::app | std::ios::binary) << "{\"image\":\"b.jpg\",\"capt";
  auto writer = open_record_writer(path, RecordFormat::kJsonl, ExistingRecords::kResume);
  EXPECT_EQ(content(path), whole);
  EXPECT_TRUE(writer.take_written("a\xff.jpg"));
  EXPECT_FALSE(writer.take_written("a\xff.jpg")) << "one record answers for one input";
  EXPECT_FALSE(writer.take_written("b.jpg"));
  writer.write(captioned("b.jpg", "y"));
  const auto records = read_records(path);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[1].image, "b.jpg");
}

TEST(RecordWriters, ResumeAFileThatIsNotThereYet) {
  const TemporaryFolder folder;
  auto writer = open_record_writer(folder / "captions.jsonl", RecordFormat::kJsonl, ExistingRecords::kResume);
  writer.write(captioned("a.jpg", "x"));
  EXPECT_EQ(read_records(folder / "captions.jsonl").size(), 1U);
}

TEST(RecordWriters, RefuseWhatWouldLoseAFile) {
  const TemporaryFolder folder;
  const auto path = folder / "captions.jsonl";
  std::ofstream(path) << "somebody's notes\n";
  EXPECT_THROW(open_record_writer(path), Error);
  EXPECT_THROW(open_record_writer(path, RecordFormat::kJsonl, ExistingRecords::kResume), Error);
  EXPECT_EQ(content(path), "somebody's notes\n");
  std::ofstream(path) << "one line without an end";
  EXPECT_THROW(open_record_writer(path, RecordFormat::kJsonl, ExistingRecords::kResume), Error);
  EXPECT_EQ(content(path), "one line without an end");
  EXPECT_THROW(open_record_writer(path, RecordFormat::kCsv, ExistingRecords::kResume), Error);
  open_record_writer(path, RecordFormat::kJsonl, ExistingRecords::kReplace).write(captioned("a.jpg", "x"));
  EXPECT_EQ(read_records(path).size(), 1U);
}

TEST(RecordWriters, TellWhenTheDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "this system has no /dev/full";
  auto writer = open_record_writer("/dev/full");
  EXPECT_THROW(writer.write(captioned("a.jpg", "x")), Error);
}

TEST(RecordWriters, KnowTheirFormatsByName) {
  EXPECT_EQ(record_format("coco"), RecordFormat::kCoco);
  EXPECT_THROW(record_format("yaml"), Error);
}

}  // namespace
}  // namespace saccade
