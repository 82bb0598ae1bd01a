#include "pipeline/captioning/caption_pictures.h"

#include <c10/core/CPUAllocator.h>

#include <gmock/gmock.h>

#include <csignal>

#include "data/error.h"
#include "pipeline/device.h"
#include "pipeline/stop_signal.h"
#include "tests/support/test_data.h"
#include "tests/support/tiny_model.h"

namespace saccade {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CaptionPictures : public testing::Test {
 protected:
  CaptionPictures() { options_.batch.search = model_.description.search; }
  ~CaptionPictures() override { at::set_num_threads(threads_); }

  std::filesystem::path write_file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  std::string jpeg() const {
    const auto bytes = encode_jpeg(draw_scene(make_scene(7, 3, 64)));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::vector<CaptionRecord> records_of(const std::vector<std::string>& inputs) {
    PictureSource source({.inputs = inputs});
    std::vector<CaptionRecord> records;
    tally_ =
        caption_pictures(model_, source, options_, [&](const CaptionRecord& record, const SourcePicture&) { records.push_back(record); });
    return records;
  }
  static std::vector<std::string> images(const std::vector<CaptionRecord>& records) {
    std::vector<std::string> names;
    for (const auto& record : records) names.push_back(std::filesystem::path(record.image).filename());
    return names;
  }

  const int threads_ = at::get_num_threads();
  TemporaryFolder folder_;
  LoadedModel model_ = load_model(write_tiny_model(folder_ / "model.safetensors"), choose_device("cpu"));
  CaptionOptions options_{.quiet = true};
  CaptionTally tally_;
};

TEST_F(CaptionPictures, GiveOneRecordAnInputInTheirOrderWhateverIsWrongWithThem) {
  write_scene_pictures(folder_ / "good", 5);
  std::vector<std::string> inputs;
  for (const auto& [name, content] : std::vector<std::pair<std::string, std::string>>{{"empty.jpg", ""},
                                                                                      {"page.jpg", "<!DOCTYPE html><html>404</html>"},
                                                                                      {"cut.jpg", jpeg().substr(0, jpeg().size() * 3 / 4)},
                                                                                      {"whole.jpg", jpeg()}}) {
    inputs.push_back(write_file(name, content));
  }
  inputs.insert(inputs.begin() + 1, folder_ / "good");
  inputs.push_back(folder_ / "absent.jpg");
  options_.batch.batch_pictures = 2;
  const auto records = records_of(inputs);
  EXPECT_THAT(images(records), ElementsAre("empty.jpg", "scene-000.png", "scene-001.png", "scene-002.png", "scene-003.png", "scene-004.png",
                                           "page.jpg", "cut.jpg", "whole.jpg", "absent.jpg"));
  for (const auto& record : records) {
    const auto name = std::filesystem::path(record.image).filename().string();
    const bool is_bad = name == "empty.jpg" || name == "page.jpg" || name == "absent.jpg";
    EXPECT_EQ(record.error.empty(), !is_bad) << name << ": " << record.error;
    EXPECT_EQ(record.caption.empty(), is_bad) << name;
    EXPECT_EQ(record.warning.empty(), name != "cut.jpg") << record.warning;
  }
  EXPECT_EQ(tally_.captioned, 7);
  EXPECT_EQ(tally_.damaged, 1);
  EXPECT_EQ(tally_.failed, 3);
  EXPECT_FALSE(tally_.stopped);
}

TEST_F(CaptionPictures, SayTheSameForAnyBatchAndAnyNumberOfThreads) {
  write_scene_pictures(folder_ / "good", 13);
  options_.batch.batch_pictures = 1;
  options_.decode_threads = 1;
  const auto alone = records_of({folder_ / "good"});
  ASSERT_EQ(alone.size(), 13U);
  std::set<std::string> different;
  for (const auto& record : alone) different.insert(record.caption);
  EXPECT_GE(different.size(), 3U) << "a model that says the same of all pictures would hide what this test looks for";
  for (const int64_t batch : {2, 5, 16}) {
    options_.batch.batch_pictures = batch;
    options_.decode_threads = static_cast<int>(batch);
    at::set_num_threads(batch == 5 ? 1 : 2);
    const auto together = records_of({folder_ / "good"});
    ASSERT_EQ(together.size(), alone.size());
    for (std::size_t i = 0; i < alone.size(); ++i) {
      EXPECT_EQ(together[i].image, alone[i].image);
      EXPECT_EQ(together[i].caption, alone[i].caption) << "batch " << batch << ", picture " << i;
      EXPECT_NEAR(together[i].log_probability, alone[i].log_probability,
                  1e-3);  // features in bfloat16 may round differently in other batches
    }
  }
}

TEST_F(CaptionPictures, RecordWordsProbabilitiesAndAlternatives) {
  write_scene_pictures(folder_ / "good", 3);
  options_.batch.alternatives = 2;
  for (const auto& record : records_of({folder_ / "good"})) {
    EXPECT_EQ(record.alternatives.size(), 2U);
    double sum = 0, least = 0;
    for (const auto& [word, probability] : record.words) {
      EXPECT_GT(probability, 0);
      EXPECT_LE(probability, 1 + 1e-6);
      sum += std::log(probability);
      least = std::min(least, std::log(probability));
    }
    EXPECT_LE(record.log_probability, sum + 1e-4);  // the end's probability is counted besides
    for (const auto& alternative : record.alternatives) {
      EXPECT_LE(alternative.log_probability, record.log_probability + 1e-6);
      EXPECT_NE(alternative.caption, record.caption);
    }
    EXPECT_FALSE(record.attention.has_value());
  }
}

TEST_F(CaptionPictures, RecordWhereEveryWordLookedIfAsked) {
  const auto wide = encode_png({.width = 96, .height = 48, .rgb = std::vector<uint8_t>(96 * 48 * 3, 90)});
  write_file("wide.png", {reinterpret_cast<const char*>(wide.data()), wide.size()});
  options_.batch.attention = AttentionDetail::kRecord;
  const auto records = records_of({folder_ / "wide.png"});
  ASSERT_TRUE(records.at(0).attention.has_value());
  const auto& attention = *records[0].attention;
  EXPECT_EQ(attention.geometry.width, 96);
  EXPECT_EQ(attention.geometry.height, 48);
  EXPECT_EQ(attention.weights.size(), records[0].words.size());
  EXPECT_EQ(attention.gates.size(), records[0].words.size());
  for (const auto& row : attention.weights) {
    EXPECT_EQ(row.size(), attention.regions.size());
    EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1.0, 1e-4);  // a sum of float32
  }
}

TEST_F(CaptionPictures, EndInOrderAfterASignal) {
  write_scene_pictures(folder_ / "good", 40);
  options_.batch.batch_pictures = 2;
  const StopSignal stop_signal;
  PictureSource source({.inputs = {folder_ / "good"}});
  int64_t written = 0;
  const auto tally = caption_pictures(model_, source, options_, [&](const CaptionRecord&, const SourcePicture&) {
    if (++written == 5) std::raise(SIGTERM);
  });
  EXPECT_TRUE(tally.stopped);
  EXPECT_EQ(StopSignal::exit_code(), 128 + SIGTERM);
  EXPECT_EQ(written, tally.captioned) << "what was computed has been written";
  EXPECT_GE(written, 5);
  EXPECT_LT(written, 40);
}

TEST_F(CaptionPictures, EndWithTheFailureOfTheWriter) {
  write_scene_pictures(folder_ / "good", 40);
  options_.batch.batch_pictures = 2;
  PictureSource source({.inputs = {folder_ / "good"}});
  int64_t written = 0;
  const auto write = [&](const CaptionRecord&, const SourcePicture&) {
    if (++written == 3) throw Error("captions.jsonl", "the disk is full");
  };
  EXPECT_THROW(caption_pictures(model_, source, options_, write), Error);
  EXPECT_EQ(written, 3);
}

TEST_F(CaptionPictures, PassOverWhatIsDone) {
  const auto paths = write_scene_pictures(folder_ / "good", 6);
  options_.skip = [&](const std::string& name) { return name == paths[0] || name == paths[4]; };
  EXPECT_THAT(images(records_of({folder_ / "good"})), ElementsAre("scene-001.png", "scene-002.png", "scene-003.png", "scene-005.png"));
  EXPECT_EQ(tally_.skipped, 2);
}

TEST_F(CaptionPictures, AreAllCaptionedByTheShardsTogether) {
  write_scene_pictures(folder_ / "good", 10);
  std::multiset<std::string> together;
  for (int64_t index = 1; index <= 3; ++index) {
    PictureSource source({.inputs = {folder_ / "good"}, .shard = {.index = index, .count = 3}});
    caption_pictures(model_, source, options_, [&](const CaptionRecord& record, const SourcePicture&) { together.insert(record.image); });
  }
  std::multiset<std::string> whole;
  for (const auto& record : records_of({folder_ / "good"})) whole.insert(record.image);
  EXPECT_EQ(whole.size(), 10U);
  EXPECT_EQ(together, whole);
}

/// An allocator that gives no block larger than a limit, as a machine that runs out of memory.
class LimitedAllocator : public c10::Allocator {
 public:
  explicit LimitedAllocator(std::size_t largest) : largest_(largest), system_(c10::GetCPUAllocator()) { c10::SetCPUAllocator(this, 1); }
  ~LimitedAllocator() override { c10::SetCPUAllocator(system_, 1); }
  c10::DataPtr allocate(std::size_t bytes) override {
    TORCH_CHECK(bytes <= largest_, "not enough memory: you tried to allocate ", bytes, " bytes");
    return system_->allocate(bytes);
  }
  c10::DeleterFnPtr raw_deleter() const override { return system_->raw_deleter(); }
  void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }

 private:
  std::size_t largest_;
  c10::Allocator* system_;
};

TEST_F(CaptionPictures, AreTakenFewerAtATimeWhereMemoryRunsOut) {
  write_scene_pictures(folder_ / "good", 12);
  options_.batch.batch_pictures = 12;
  const auto expected = records_of({folder_ / "good"});
  const std::size_t floats_of_picture = 3 * 64 * 64 * sizeof(float);
  testing::internal::CaptureStderr();
  std::vector<CaptionRecord> records;
  {
    const LimitedAllocator limited(8 * floats_of_picture);
    records = records_of({folder_ / "good"});
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("memory does not suffice"));
  ASSERT_EQ(records.size(), expected.size());
  for (std::size_t i = 0; i < records.size(); ++i) EXPECT_EQ(records[i].caption, expected[i].caption);
}

TEST_F(CaptionPictures, SayWhereMemoryDoesNotSufficeForOne) {
  write_scene_pictures(folder_ / "good", 4);
  testing::internal::CaptureStderr();
  {
    const LimitedAllocator limited(1000);
    EXPECT_THROW(records_of({folder_ / "good"}), Error);
  }
  testing::internal::GetCapturedStderr();
}

}  // namespace
}  // namespace saccade
