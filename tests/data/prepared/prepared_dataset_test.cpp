#include "data/prepared/prepared_dataset.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "data/error.h"
#include "tests/data/pictures/made_pictures.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

constexpr int kSide = 16;

PreparedImage made_image(int i, const std::string& split, std::vector<std::string> captions) {
  return {.file = "folder/" + std::to_string(i) + ".jpg",
          .id = {.text = std::to_string(i), .is_number = i % 2 == 0},
          .split = split,
          .geometry = {.width = 100 + i, .height = 50, .left = 0.5, .top = 0, .crop_width = 50, .crop_height = 50},
          .captions = std::move(captions),
          .warning = i == 1 ? "a little damaged" : ""};
}

/// Three images of which the last is of another split, one skipped item, room for two more.
void write_small_set(const std::filesystem::path& folder, unsigned seed = 0) {
  PreparedDatasetWriter writer(folder, {.side = kSide, .min_word_count = 2, .max_caption_words = 4}, 5);
  writer.append(made_image(0, "train", {"A dog runs.", "a dog"}), noisy_picture(kSide, kSide, seed));
  writer.append(made_image(1, "train", {"One dog, a ball and a very long lawn", "!!!", "ball"}), noisy_picture(kSide, kSide, seed + 1));
  writer.append(made_image(2, "val", {"zebra zebra zebra dog"}), noisy_picture(kSide, kSide, seed + 2));
  writer.skip({"captions.txt:17", "no tab"});
  writer.finish({{"captions", "captions.txt"}});
}

std::string read_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::string refusal_of(const std::filesystem::path& folder) {
  try {
    const PreparedDataset dataset(folder);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(PreparedDataset, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  write_small_set(folder / "set");
  const PreparedDataset dataset(folder / "set");
  EXPECT_EQ(dataset.side(), kSide);
  EXPECT_EQ(dataset.fit(), FitMode::kSquash);
  ASSERT_EQ(dataset.images().size(), 3U);
  for (int i = 0; i < 3; ++i) {
    const auto& image = dataset.images()[static_cast<std::size_t>(i)];
    const auto expected = made_image(i, i == 2 ? "val" : "train", {});
    EXPECT_EQ(image.file, expected.file);
    EXPECT_EQ(image.id, expected.id);
    EXPECT_EQ(image.split, expected.split);
    EXPECT_EQ(nlohmann::json(image.geometry), nlohmann::json(expected.geometry));
    EXPECT_EQ(image.warning, expected.warning);
  }
  EXPECT_EQ(dataset.images()[1].captions[0], "One dog, a ball and a very long lawn");  // references stay whole
  ASSERT_EQ(dataset.skipped().size(), 1U);
  EXPECT_EQ(dataset.skipped()[0].what, "captions.txt:17");
  EXPECT_EQ(dataset.skipped_count(), 1);

  EXPECT_EQ(dataset.pixels().sizes(), torch::IntArrayRef({3, kSide, kSide, 3}));
  for (unsigned i = 0; i < 3; ++i) {
    auto expected = noisy_picture(kSide, kSide, i);
    EXPECT_TRUE(dataset.pixels()[i].equal(torch::from_blob(expected.rgb.data(), {kSide, kSide, 3}, torch::kUInt8))) << i;
  }
  EXPECT_NO_THROW(dataset.verify_pixels());
}

TEST(PreparedDataset, CountsTheVocabularyInTheTrainingSplitOnly) {
  const TemporaryFolder folder;
  write_small_set(folder / "set");
  const PreparedDataset dataset(folder / "set");
  // At least twice among the first four words of training captions: a 3, dog 3, ball 2. zebra stands in validation only.
  EXPECT_EQ(dataset.vocabulary().words(), (std::vector<std::string>{"<pad>", "<start>", "<end>", "<unk>", "a", "dog", "ball"}));
  using Tokens = std::vector<std::vector<int64_t>>;
  EXPECT_EQ(dataset.captions(0), (Tokens{{1, 4, 5, 3, 2}, {1, 4, 5, 2}}));
  EXPECT_EQ(dataset.captions(1), (Tokens{{1, 3, 5, 4, 6, 2}, {1, 6, 2}}));  // cut after four words; "!!!" has none
  EXPECT_EQ(dataset.captions(2), (Tokens{{1, 3, 3, 3, 5, 2}}));
}

TEST(PreparedDataset, KnowsItsSplits) {
  const TemporaryFolder folder;
  write_small_set(folder / "set");
  const PreparedDataset dataset(folder / "set");
  EXPECT_EQ(dataset.split_names(), (std::vector<std::string>{"train", "val"}));
  EXPECT_EQ(dataset.split("train"), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(dataset.split("val"), (std::vector<int64_t>{2}));
  try {
    dataset.split("test");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("train, val"), std::string::npos) << error.what();
  }
}

TEST(PreparedDataset, HasAFingerprintOfWhatTrainingSees) {
  const TemporaryFolder folder;
  write_small_set(folder / "a");
  write_small_set(folder / "b");
  write_small_set(folder / "other pixels", 7);
  const auto fingerprint = [&](const std::string& name) { return PreparedDataset(folder / name).fingerprint(); };
  EXPECT_EQ(fingerprint("a"), fingerprint("b"));
  EXPECT_NE(fingerprint("a"), fingerprint("other pixels"));
  const auto of = [&](const std::string& split, const std::string& caption, const std::string& file) {
    const auto place = folder / ("set " + split + caption + file);
    PreparedDatasetWriter writer(place, {.side = kSide, .min_word_count = 1, .vocabulary_split = split}, 1);
    auto image = made_image(0, split, {caption});
    image.file = file;
    writer.append(image, noisy_picture(kSide, kSide));
    writer.finish({});
    return PreparedDataset(place).fingerprint();
  };
  EXPECT_EQ(of("train", "a dog", "x.jpg"), of("train", "a dog", "y.jpg"));  // names are not seen
  EXPECT_NE(of("train", "a dog", "x.jpg"), of("train", "A dog", "x.jpg"));  // references are
  EXPECT_NE(of("train", "a dog", "x.jpg"), of("val", "a dog", "x.jpg"));
}

TEST(PreparedDataset, RefusesFilesThatDoNotFitTogether) {
  const TemporaryFolder folder;
  write_small_set(folder / "set");
  write_small_set(folder / "other", 5);
  const auto damage = [&](const std::string& file, const auto& change) {
    std::filesystem::remove_all(folder / "bad");
    std::filesystem::copy(folder / "set", folder / "bad");
    change(folder.path() / "bad" / file);
    return refusal_of(folder / "bad");
  };
  const auto remove = [](const std::filesystem::path& path) { std::filesystem::remove(path); };
  const auto cut = [](const std::filesystem::path& path) { std::filesystem::resize_file(path, std::filesystem::file_size(path) - 2); };
  const auto replace = [](const std::string& from, const std::string& to) {
    return [from, to](const std::filesystem::path& path) {
      auto text = read_text(path);
      const auto at = text.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      write_text(path, text.replace(at, from.size(), to));
    };
  };
  for (const auto* file : {"dataset.json", "images.jsonl", "images.safetensors", "captions.safetensors"}) {
    EXPECT_NE(damage(file, remove), "") << file;
    EXPECT_NE(damage(file, cut), "") << file;
  }
  EXPECT_NE(damage("images.jsonl", replace("dog", "cat")), "");
  EXPECT_NE(damage("captions.safetensors",
                   [](const auto& path) {
                     auto text = read_text(path);
                     text.back() ^= 1;
                     write_text(path, text);
                   }),
            "");
  EXPECT_NE(damage("dataset.json", replace("\"saccade-dataset\"", "\"something\"")), "");
  EXPECT_NE(damage("dataset.json", replace("\"version\": 1", "\"version\": 2")), "");
  EXPECT_NE(damage("dataset.json", replace("\"squash\"", "\"stretch\"")), "");
  EXPECT_NE(damage("dataset.json", replace("\"side\": 16", "\"side\": 8")), "");
  EXPECT_NE(damage("dataset.json", replace("\"images\": 3", "\"images\": 4")), "");
  EXPECT_NE(damage("dataset.json", replace("\"ball\"", "\"dog\"")), "");
}

/// One image of 100 × 50 whose right half the network sees, with a box there.
void write_set_with_a_box(const std::filesystem::path& folder, double left = 60) {
  PreparedDatasetWriter writer(folder, {.side = kSide, .fit = FitMode::kCrop, .min_word_count = 1}, 1);
  auto image = made_image(0, "train", {"a dog"});
  image.geometry = {.width = 100, .height = 50, .left = 50, .top = 0, .crop_width = 50, .crop_height = 50};
  writer.append(image, noisy_picture(kSide, kSide), {{.category = "dog", .box = {.left = left, .top = 0, .width = 25, .height = 25}}});
  writer.finish({});
}

TEST(PreparedDataset, KeepsBoxesAsTheNetworkSeesThem) {
  const TemporaryFolder folder;
  write_set_with_a_box(folder / "set");
  const auto boxes = PreparedDataset(folder / "set").boxes().of(0);
  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_EQ(boxes[0].category, "dog");
  EXPECT_NEAR(boxes[0].box.left, 0.2 * kSide, 1e-6);  // float32
  EXPECT_EQ(boxes[0].box.width, kSide / 2);
  write_set_with_a_box(folder / "other", 65);
  EXPECT_NE(PreparedDataset(folder / "set").fingerprint(), PreparedDataset(folder / "other").fingerprint()) << "training sees boxes";
}

TEST(PreparedDataset, RefusesBoxesThatWereChanged) {
  const TemporaryFolder folder;
  write_set_with_a_box(folder / "set");
  auto text = read_text(folder / "set/boxes.safetensors");
  text.back() ^= 1;
  write_text(folder / "set/boxes.safetensors", text);
  EXPECT_NE(refusal_of(folder / "set"), "");
  std::filesystem::remove(folder / "set/boxes.safetensors");
  EXPECT_NE(refusal_of(folder / "set"), "");
}

TEST(PreparedDatasetWriter, LeavesNoBoxesOfTheSetBefore) {
  const TemporaryFolder folder;
  write_set_with_a_box(folder / "set");
  write_small_set(folder / "set");
  EXPECT_FALSE(std::filesystem::exists(folder / "set/boxes.safetensors"));
  EXPECT_EQ(PreparedDataset(folder / "set").boxes().size(), 0);
}

TEST(PreparedDataset, FindsChangedPixelsWhenAsked) {
  const TemporaryFolder folder;
  write_small_set(folder / "set");
  auto text = read_text(folder / "set/images.safetensors");
  text[text.size() - 100] ^= 1;
  write_text(folder / "set/images.safetensors", text);
  const PreparedDataset dataset(folder / "set");
  EXPECT_THROW(dataset.verify_pixels(), Error);
}

TEST(PreparedDatasetWriter, LeavesFoldersOfOtherThingsAlone) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "photos");
  write_text(folder / "photos/holiday.jpg", "x");
  EXPECT_THROW(PreparedDatasetWriter(folder / "photos", {.side = kSide}, 1), Error);
  EXPECT_EQ(read_text(folder / "photos/holiday.jpg"), "x");
  write_text(folder / "file", "x");
  EXPECT_THROW(PreparedDatasetWriter(folder / "file", {.side = kSide}, 1), Error);
}

TEST(PreparedDatasetWriter, KeepsTheOldSetUntilTheNewOneIsWhole) {
  const TemporaryFolder folder;
  write_small_set(folder / "set");
  const auto before = PreparedDataset(folder / "set").fingerprint();
  {
    PreparedDatasetWriter writer(folder / "set", {.side = kSide}, 5);
    writer.append(made_image(0, "train", {"a dog"}), noisy_picture(kSide, kSide, 9));
  }
  EXPECT_EQ(PreparedDataset(folder / "set").fingerprint(), before);
  write_small_set(folder / "set", 9);
  EXPECT_NE(PreparedDataset(folder / "set").fingerprint(), before);
}

TEST(PreparedDatasetWriter, LeavesNoSetWhenItIsKilled) {
  const TemporaryFolder folder;
  // The child's files may not grow past a limit: it dies by SIGXFSZ in the middle of one write or another.
  for (const rlim_t limit : {100, 900, 1500, 2000, 2500, 3000, 4000}) {
    const auto child = ::fork();
    if (child == 0) {
      const rlimit size{.rlim_cur = limit, .rlim_max = limit};
      const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
      ::setrlimit(RLIMIT_CORE, &no_core);
      ::setrlimit(RLIMIT_FSIZE, &size);
      std::signal(SIGXFSZ, SIG_DFL);  // what started the tests may have it ignored
      try {
        write_small_set(folder / "set");
      } catch (...) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      EXPECT_EQ(refusal_of(folder / "set"), "") << limit;
      std::filesystem::remove_all(folder / "set");
    } else {
      EXPECT_NE(refusal_of(folder / "set"), "") << limit;
    }
  }
  write_small_set(folder / "set");
  EXPECT_EQ(refusal_of(folder / "set"), "");
  int files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder / "set")) ++files;
  EXPECT_EQ(files, 4);  // what the killed ones left was swept
}

TEST(PreparedDatasetWriter, NeedsTheSplitOfTheVocabulary) {
  const TemporaryFolder folder;
  PreparedDatasetWriter writer(folder / "set", {.side = kSide}, 1);
  writer.append(made_image(0, "val", {"a dog"}), noisy_picture(kSide, kSide));
  EXPECT_THROW(writer.finish({}), Error);
  EXPECT_NE(refusal_of(folder / "set"), "");
}

}  // namespace
}  // namespace saccade
