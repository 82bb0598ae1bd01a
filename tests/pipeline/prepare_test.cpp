#include "pipeline/prepare.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>

#include "data/error.h"
#include "pipeline/in_order.h"
#include "pipeline/stop_signal.h"
#include "tests/data/pictures/made_pictures.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

class Prepare : public testing::Test {
 protected:
  /// `count` pictures, two captions each, in Flickr's form; extra rows as given.
  void make_pictures(int count, const std::string& extra_rows = "") {
    std::string rows;
    for (int i = 0; i < count; ++i) {
      const auto name = name_of(i);
      write_bytes(folder_ / name, encode_jpeg(noisy_picture(40 + i % 7, 30, static_cast<unsigned>(i))));
      rows += name + "#0\tA dog runs .\n" + name + "#1\tthe dog number " + std::to_string(i) + "\n";
    }
    write_text(folder_ / "captions.txt", rows + extra_rows);
  }
  static std::string name_of(int i) { return "picture" + std::to_string(100 + i) + ".jpg"; }
  SplitList make_split_list(const std::string& split, int first, int end) const {
    std::string names;
    for (int i = first; i < end; ++i) names += name_of(i) + "\n";
    write_text(folder_ / (split + ".txt"), names);
    return {split, folder_ / (split + ".txt")};
  }
  PrepareOptions options() const {
    return {.captions = {{folder_ / "captions.txt", ""}},
            .format = AnnotationFormat::kFlickr,
            .output = folder_ / "set",
            .prepared = {.side = 24, .min_word_count = 1},
            .overwrite = true,
            .threads = 3,
            .quiet = true};
  }
  std::string refusal_of(const PrepareOptions& options) const {
    try {
      prepare(options);
      return "";
    } catch (const Error& error) {
      return error.what();
    }
  }
  bool is_prepared() const { return std::filesystem::exists(folder_ / "set/dataset.json"); }
  TemporaryFolder folder_;
};

TEST_F(Prepare, WritesPicturesInTheOrderOfTheCaptionsWhateverTheThreads) {
  make_pictures(40);
  auto first = options();
  first.split_lists = {make_split_list("train", 0, 30), make_split_list("val", 30, 40)};
  const auto summary = prepare(first);
  EXPECT_EQ(summary.images, (std::map<std::string, int64_t>{{"train", 30}, {"val", 10}}));
  EXPECT_EQ(summary.captions, 80);
  EXPECT_EQ(summary.bad_rows + summary.bad_pictures + summary.images_without_split, 0);
  const PreparedDataset dataset(folder_ / "set");
  for (int i = 0; i < 40; ++i) {
    const auto& image = dataset.images()[static_cast<std::size_t>(i)];
    ASSERT_EQ(image.file, name_of(i));
    auto expected = load_fitted(read_picture_file(folder_ / name_of(i)), "x", 24, FitMode::kSquash).fitted.picture;
    EXPECT_TRUE(dataset.pixels()[i].equal(torch::from_blob(expected.rgb.data(), {24, 24, 3}, torch::kUInt8))) << i;
  }
  auto second = first;
  second.threads = 1;
  EXPECT_EQ(prepare(second).fingerprint, summary.fingerprint);
}

TEST_F(Prepare, LeavesOutAndListsWhatIsBad) {
  make_pictures(20,
                "absent.jpg#0\tA picture that is not there .\na row without a tab\n../outside.jpg#0\tA way out "
                ".\npicture100.jpg#2\t!!!\nwordless.jpg#0\t?!\n");
  std::filesystem::resize_file(folder_ / name_of(3), 100);
  auto cut = read_picture_file(fixture("photos/coffee.jpg"));
  cut.resize(cut.size() * 9 / 10);
  write_bytes(folder_ / name_of(4), cut);
  write_bytes(folder_ / "wordless.jpg", cut);
  write_text(folder_ / name_of(5), "<!doctype html>gone");
  auto loose = options();
  loose.max_bad_share = 0.3;
  const auto summary = prepare(loose);
  EXPECT_EQ(summary.bad_rows, 2);
  EXPECT_EQ(summary.bad_pictures, 3);
  EXPECT_EQ(summary.damaged_pictures, 1);
  EXPECT_EQ(summary.images_without_words, 1);
  const PreparedDataset dataset(folder_ / "set");
  EXPECT_EQ(dataset.images().size(), 18U);
  std::map<std::string, std::string> reasons;
  for (const auto& [what, reason] : dataset.skipped()) reasons[what] = reason;
  EXPECT_EQ(dataset.skipped_count(), 6);
  EXPECT_NE(reasons["absent.jpg"].find("cannot be read"), std::string::npos);
  EXPECT_NE(reasons[(folder_ / "captions.txt").string() + ":43"].find("leads out"), std::string::npos);
  EXPECT_NE(reasons[name_of(5)].find("HTML"), std::string::npos);
  EXPECT_TRUE(reasons.contains(name_of(3)));
  EXPECT_TRUE(reasons.contains((folder_ / "captions.txt").string() + ":42"));
  EXPECT_NE(dataset.images()[3].warning.find("missing"), std::string::npos);  // picture 4, as 3 was left out
}

TEST_F(Prepare, EndsWhenTooMuchIsBadAndLeavesNothing) {
  make_pictures(20);
  std::filesystem::remove(folder_ / name_of(7));
  EXPECT_NE(refusal_of(options()).find("pictures are bad"), std::string::npos);  // 1 of 20 is above 1 %
  EXPECT_FALSE(is_prepared());
  auto strict = options();
  strict.max_bad_share = 1;
  EXPECT_EQ(refusal_of(strict), "");
  strict.strict = true;
  EXPECT_NE(refusal_of(strict).find(name_of(7)), std::string::npos);
}

TEST_F(Prepare, ReplacesADataSetOnlyWhenTold) {
  make_pictures(40);
  auto careful = options();
  careful.overwrite = false;
  EXPECT_EQ(refusal_of(careful), "");
  EXPECT_NE(refusal_of(careful).find("--overwrite"), std::string::npos);
  EXPECT_EQ(refusal_of(options()), "");
}

TEST_F(Prepare, SaysBeforeTheWorkThatNothingIsToBeLearnedFrom) {
  make_pictures(20);
  auto without_training = options();
  without_training.split_lists = {make_split_list("test", 0, 20)};
  EXPECT_NE(refusal_of(without_training).find("--split train=LIST"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "set"));
  auto rare = options();
  rare.prepared.min_word_count = 1000;
  EXPECT_NE(refusal_of(rare).find("occurs 1000 times"), std::string::npos);
}

TEST_F(Prepare, MakesASplitWhereThereIsNone) {
  make_pictures(40);
  const auto summary = prepare(options());
  EXPECT_TRUE(summary.split_was_made);
  EXPECT_EQ(summary.images, (std::map<std::string, int64_t>{{"test", 2}, {"train", 36}, {"val", 2}}));
  EXPECT_EQ(prepare(options()).fingerprint, summary.fingerprint);
  auto other = options();
  other.seed = 2;
  EXPECT_NE(prepare(other).fingerprint, summary.fingerprint);
  EXPECT_NE(describe(summary).find("90 : 5 : 5"), std::string::npos);
}

TEST_F(Prepare, LeavesOutImagesWithoutSplitWhereOthersHaveOne) {
  make_pictures(10);
  auto some = options();
  some.split_lists = {make_split_list("train", 0, 8)};
  const auto summary = prepare(some);
  EXPECT_FALSE(summary.split_was_made);
  EXPECT_EQ(summary.images_without_split, 2);
  EXPECT_EQ(summary.images.at("train"), 8);
}

TEST_F(Prepare, KeepsBoxesAsTheFitOfThePicturesMovesThem) {
  make_pictures(20);
  // Picture 1 is 41 × 30, and its file of boxes counts in twice as many pixels: a box from (20, 0) to (30, 15) of the picture.
  write_text(folder_ / "boxes.json", R"({"images": [{"id": 1, "file_name": ")" + name_of(1) + R"(", "width": 82, "height": 60}],
    "categories": [{"id": 18, "name": "dog"}], "annotations": [{"image_id": 1, "category_id": 18, "bbox": [40, 0, 20, 30]}]})");
  auto boxed = options();
  boxed.boxes = {folder_ / "boxes.json"};
  const auto box = [&](FitMode fit) {
    boxed.prepared.fit = fit;
    EXPECT_EQ(prepare(boxed).boxes, 1);
    const PreparedDataset dataset(folder_ / "set");
    EXPECT_TRUE(dataset.boxes().of(0).empty());
    EXPECT_EQ(dataset.boxes().of(1).at(0).category, "dog");
    return dataset.boxes().of(1).at(0).box;
  };
  const auto squashed = box(FitMode::kSquash);
  EXPECT_NEAR(squashed.left, 24 * 20. / 41, 1e-5);  // float32
  EXPECT_NEAR(squashed.right(), 24 * 30. / 41, 1e-5);
  EXPECT_NEAR(squashed.bottom(), 12, 1e-5);
  const auto geometry = PreparedDataset(folder_ / "set").images()[1].geometry;
  EXPECT_EQ(geometry.crop_width, 41);
  const auto cropped = box(FitMode::kCrop);
  const auto crop = PreparedDataset(folder_ / "set").images()[1].geometry;
  ASSERT_EQ(crop.crop_width, 30);
  EXPECT_NEAR(cropped.left, 24 * (20 - crop.left) / 30, 1e-5);
  EXPECT_NEAR(cropped.right(), 24 * (30 - crop.left) / 30, 1e-5);
  EXPECT_NEAR(cropped.bottom(), 12, 1e-5);
}

TEST_F(Prepare, CountsBoxesItCannotUse) {
  make_pictures(20);
  nlohmann::json boxes = {{"categories", {{{"id", 1}, {"name", "dog"}}}}};
  for (const auto& file : {std::string("val2014/") + name_of(0), std::string("elsewhere.jpg"), name_of(2)}) {
    const auto id = boxes.contains("images") ? boxes["images"].size() : 0;
    boxes["images"].push_back({{"id", id}, {"file_name", file}});
    boxes["annotations"].push_back({{"image_id", id}, {"category_id", 1}, {"bbox", {1, 1, 5, 5}}});
  }
  boxes["annotations"].push_back({{"image_id", 2}, {"category_id", 7}, {"bbox", {1, 1, 5, 5}}});
  write_text(folder_ / "boxes.json", boxes.dump());
  auto boxed = options();
  boxed.boxes = {folder_ / "boxes.json"};
  EXPECT_NE(refusal_of(boxed).find("1 of 4 boxes are bad"), std::string::npos) << refusal_of(boxed);
  boxed.max_bad_share = 0.3;
  const auto summary = prepare(boxed);
  EXPECT_EQ(summary.boxes, 1);
  EXPECT_EQ(summary.bad_boxes, 1);
  EXPECT_EQ(summary.boxed_elsewhere, 2) << "a folder in the boxes' name is another picture";
  const auto skipped = PreparedDataset(folder_ / "set").skipped();
  ASSERT_EQ(skipped.size(), 1U);
  EXPECT_NE(skipped[0].reason.find("category_id 7"), std::string::npos);
  EXPECT_NE(describe(summary).find("not in the set: 2"), std::string::npos) << describe(summary);
}

TEST_F(Prepare, FindsThePictureOfABoxWithoutTheFoldersOfItsName) {
  make_pictures(20);
  std::filesystem::create_directories(folder_ / "val2014");
  std::filesystem::rename(folder_ / name_of(0), folder_ / "val2014" / name_of(0));
  write_text(folder_ / "captions.txt", "val2014/" + name_of(0) + "#0\tA dog runs .\n" + name_of(1) + "#0\tA dog .\n");
  const auto write_box_on = [&](const std::string& file) {
    write_text(folder_ / "boxes.json", R"({"images": [{"id": 1, "file_name": ")" + file + R"("}],
      "categories": [{"id": 1, "name": "dog"}], "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]}]})");
  };
  auto boxed = options();
  boxed.boxes = {folder_ / "boxes.json"};
  write_box_on(name_of(0));
  EXPECT_EQ(prepare(boxed).boxes, 1);
  write_box_on("another.jpg");
  EXPECT_NE(refusal_of(boxed).find("another.jpg"), std::string::npos);
}

TEST_F(Prepare, JoinsSeveralCaptionFiles) {
  make_pictures(4);
  write_text(folder_ / "more.txt", name_of(1) + "#0\tanother caption\n");
  auto several = options();
  several.captions = {{folder_ / "captions.txt", "train"}, {folder_ / "more.txt", "train"}};
  prepare(several);
  EXPECT_EQ(PreparedDataset(folder_ / "set").images()[1].captions.size(), 3U);
}

TEST_F(Prepare, FindsPicturesInTheFolderImagesBesideTheCaptions) {
  make_pictures(3);
  std::filesystem::create_directory(folder_ / "images");
  for (int i = 0; i < 3; ++i) std::filesystem::rename(folder_ / name_of(i), folder_ / ("images/" + name_of(i)));
  EXPECT_EQ(refusal_of(options()), "");
  std::filesystem::rename(folder_ / "images", folder_ / "elsewhere");
  EXPECT_NE(refusal_of(options()).find("--images"), std::string::npos);
  auto named = options();
  named.images = folder_ / "elsewhere";
  EXPECT_EQ(refusal_of(named), "");
}

TEST_F(Prepare, StopsOnASignalAndLeavesNothing) {
  make_pictures(10);
  const StopSignal signals;
  std::raise(SIGTERM);
  EXPECT_THROW(prepare(options()), Stopped);
  EXPECT_FALSE(is_prepared());
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "set")) ADD_FAILURE() << entry.path();
}

TEST_F(Prepare, ReadsFlickr8k) {
  SACCADE_NEEDS_DATA("flickr8k/Flickr8k.token.txt");
  const auto data = test_data() / "flickr8k";
  // Only the test split, to be quick.
  auto flickr = options();
  flickr.captions = {{data / "Flickr8k.token.txt", ""}};
  flickr.split_lists = {{"test", data / "Flickr_8k.testImages.txt"}};
  flickr.prepared.vocabulary_split = "test";
  const auto summary = prepare(flickr);
  EXPECT_EQ(summary.rows, 41460);  // 1,000 of them names of the split list
  EXPECT_EQ(summary.bad_rows, 5);  // of the picture 2258277193_586949ec62.jpg.1, which does not exist
  EXPECT_EQ(summary.images.at("test"), 1000);
  EXPECT_EQ(summary.captions, 5000);
  EXPECT_EQ(summary.images_without_split, 7091);
}

TEST(ProduceInOrder, KeepsOrderAndHoldsFewResults) {
  std::atomic<int> waiting{0}, most{0};
  std::vector<int64_t> seen;
  produce_in_order(
      500, 4, 8,
      [&](int64_t i) {
        most = std::max<int>(most, ++waiting);
        return i * i;
      },
      [&](int64_t i, int64_t square) {
        --waiting;
        EXPECT_EQ(square, i * i);
        seen.push_back(i);
      });
  EXPECT_EQ(seen.size(), 500U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_LE(most, 9);  // eight in slots, and one that the consumer has just taken out
}

TEST(ProduceInOrder, EndsWithWhatEitherSideThrows) {
  const auto nothing = [](int64_t, int) {};
  const auto fails_at_seven = [](int64_t i) {
    if (i == 7) throw std::runtime_error("seven");
    return 0;
  };
  EXPECT_THROW(produce_in_order(1000, 4, 8, fails_at_seven, nothing), std::runtime_error);
  EXPECT_THROW(produce_in_order(
                   1000, 4, 8, [](int64_t) { return 0; },
                   [](int64_t i, int) {
                     if (i == 7) throw std::logic_error("seven");
                   }),
               std::logic_error);
}

}  // namespace
}  // namespace saccade
