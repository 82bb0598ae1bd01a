#include "pipeline/evaluate.h"

#include <gtest/gtest.h>

#include <fstream>

#include "data/error.h"
#include "pipeline/read_captions.h"
#include "pipeline/record_writers.h"
#include "pipeline/reference_count_report.h"
#include "pipeline/references.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;

AnnotatedImage annotated(const std::string& file, const std::vector<std::string>& captions) {
  return {.file = file, .id = {.text = file}, .captions = captions};
}
CaptionRecord captioned(const std::string& image, const std::string& caption) { return {.image = image, .caption = caption}; }

std::vector<AnnotatedImage> three_images() {
  return {annotated("cats/a.jpg", {"A cat sleeps.", "The cat is asleep."}), annotated("b.jpg", {"A dog runs over the grass."}),
          annotated("c.jpg", {"Two birds."})};
}

/// Forty images of COCO with the scores that the reference scorer gave: tests/fixtures/coco/README.md.
struct Excerpt {
  std::vector<AnnotatedImage> references;
  std::vector<CaptionRecord> captions;
  json expected;
};

Excerpt forty_coco_images() {
  const auto data = json::parse(std::ifstream(fixture("coco/scores.json")));
  Excerpt excerpt{.expected = data["corpus"]};
  for (const auto& image : data["images"]) {
    const auto number = std::to_string(image["image_id"].get<int64_t>());
    const auto file = "COCO_val2014_" + std::string(12 - number.size(), '0') + number + ".jpg";
    excerpt.references.push_back({.file = file, .id = {.text = number, .is_number = true}, .captions = image["references"]});
    excerpt.captions.push_back(captioned("pictures/" + file, image["caption"]));
  }
  return excerpt;
}

void expect_scores(const json& report, const json& expected) {
  for (int n = 0; n < 4; ++n) EXPECT_NEAR(report["bleu_" + std::to_string(n + 1)].get<double>(), expected["bleu"][n].get<double>(), 1e-12);
  EXPECT_NEAR(report["rouge_l"].get<double>(), expected["rouge_l"].get<double>(), 1e-12);
  EXPECT_NEAR(report["cider"].get<double>(), expected["cider"].get<double>(), 1e-9);  // sums of hundreds of terms in another order
}

TEST(Evaluate, GivesTheScoresOfTheReferenceScorerFromRawCaptions) {
  const auto excerpt = forty_coco_images();
  const auto report = to_json_report(evaluate_captions(excerpt.references, excerpt.captions));
  EXPECT_EQ(report["images"], 40);
  EXPECT_EQ(report["missing"], 0);
  expect_scores(report, excerpt.expected);
}

TEST(Evaluate, GivesThePublishedScoresOfASystemOnTheFiveThousandTestImages) {
  SACCADE_NEEDS_DATA("coco-eval/show-edit-tell");
  const auto folder = test_data() / "coco-eval/show-edit-tell";
  std::vector<AnnotatedImage> references;
  for (const auto& image : json::parse(std::ifstream(folder / "refs_5000x25010.json"))) {
    const auto number = image["image_id"].dump();
    references.push_back({.file = number, .id = {.text = number, .is_number = true}, .captions = image["captions"]});
  }
  const auto published = json::parse(std::ifstream(folder / "xe_results.json"));
  const auto report = evaluate_captions(references, read_captions(folder / "xe_caps.json"), {.meteor = find_meteor_files()});
  EXPECT_EQ(report.scores.images, 5000);
  EXPECT_EQ(report.references, 25010);
  expect_scores(to_json_report(report), {{"bleu", {published["Bleu_1"], published["Bleu_2"], published["Bleu_3"], published["Bleu_4"]}},
                                         {"rouge_l", published["ROUGE_L"]},
                                         {"cider", published["CIDEr"]}});
  if (!report.meteor || report.meteor_variant.find("paraphrase)") == std::string::npos)
    GTEST_SKIP() << "METEOR's data are not in .deps/meteor";
  const auto meteor = json::parse(std::ifstream(folder / "xe_meteor_full.json"))["METEOR_full"].get<double>();
  EXPECT_NEAR(*report.meteor, meteor, 1e-12);
}

TEST(Evaluate, GivesTheSameScoresWhateverTheFormatOfTheCaptions) {
  const TemporaryFolder folder;
  const auto excerpt = forty_coco_images();
  for (const std::string name : {"jsonl", "coco", "csv", "txt"}) {
    SCOPED_TRACE(name);
    auto writer = open_record_writer(folder / name, record_format(name));
    for (const auto& caption : excerpt.captions) writer.write(caption);
    writer.finish();
    expect_scores(to_json_report(evaluate_captions(excerpt.references, read_captions(folder / name))), excerpt.expected);
  }
}

TEST(Evaluate, NamesWhatIsMissingUnknownTwiceFailedOrEmpty) {
  auto failed = captioned("b.jpg", "");
  failed.error = "looks like HTML";
  const auto report = evaluate_captions(
      three_images(), {captioned("a.jpg", "..."), captioned("elsewhere.jpg", "a man"), failed, captioned("cats/a.jpg", "a cat")});
  EXPECT_EQ(report.scores.images, 2);
  EXPECT_EQ(report.references, 3);
  EXPECT_EQ(report.missing, Names{"c.jpg"});
  EXPECT_EQ(report.unknown, Names{"elsewhere.jpg"});
  EXPECT_EQ(report.duplicates, Names{"cats/a.jpg"});
  EXPECT_EQ(report.failed, Names{"b.jpg"});
  EXPECT_EQ(report.empty, Names{"a.jpg"});
  const auto table = to_table(report);
  EXPECT_NE(table.find("1 image without a caption, not scored: c.jpg\n"), std::string::npos) << table;
  EXPECT_NE(table.find("1 picture that captioning gave up, scored as an empty caption: b.jpg\n"), std::string::npos) << table;
}

TEST(Evaluate, ScoresAPictureThatFailedAsAnEmptyCaption) {
  auto failed = captioned("b.jpg", "");
  const auto with_empty = evaluate_captions(three_images(), {captioned("a.jpg", "a cat"), failed, captioned("c.jpg", "two birds")});
  failed.error = "empty file";
  const auto with_failed = evaluate_captions(three_images(), {captioned("a.jpg", "a cat"), failed, captioned("c.jpg", "two birds")});
  EXPECT_EQ(with_empty.scores.cider, with_failed.scores.cider);
  EXPECT_GT(with_failed.scores.cider, 0);
  EXPECT_EQ(with_failed.scores.images, 3);
}

TEST(Evaluate, RefusesCaptionsOfOtherPictures) {
  EXPECT_THROW(evaluate_captions(three_images(), {captioned("z.jpg", "a man")}), Error);
  EXPECT_THROW(evaluate_captions(three_images(), {}), Error);
}

TEST(ImageIndex, FindsByIdThenFileThenNameThenCocoNumber) {
  const ImageIndex index({{.file = "train/1.jpg", .id = {.text = "391895", .is_number = true}},
                          {.file = "val/1.jpg", .id = {.text = "x"}},
                          {.file = "val/2.jpg"}});
  EXPECT_EQ(index.find("val/2.jpg", ImageId{.text = "x"}), 1U);
  EXPECT_EQ(index.find("", ImageId{.text = "391895"}), 0U);  // an id that lost its type
  EXPECT_EQ(index.find("val/1.jpg", std::nullopt), 1U);
  EXPECT_EQ(index.find("elsewhere/2.jpg", std::nullopt), 2U);
  EXPECT_EQ(index.find("elsewhere/1.jpg", std::nullopt), std::nullopt);  // two images have this name
  EXPECT_EQ(index.find("000000391895.jpg", std::nullopt), 0U);
  EXPECT_EQ(index.find("", std::nullopt), std::nullopt);
}

TEST(ImageIndex, FindsACocoFileByItsNumber) {
  const ImageIndex index({{.file = "COCO_val2014_000000391895.jpg", .id = {.text = "COCO_val2014_000000391895.jpg"}}, {.file = "7.jpg"}});
  EXPECT_EQ(index.find("391895", ImageId{.text = "391895", .is_number = true}), 0U);
  EXPECT_EQ(index.find("42", ImageId{.text = "42", .is_number = true}), std::nullopt);
}

TEST(Evaluate, CountsReferencesOfEachImageAndNotOfItsNamesake) {
  std::vector<AnnotatedImage> images{{.file = "a/1.jpg", .captions = {"a dog runs"}},
                                     {.file = "b/1.jpg", .captions = {"a cat sits", "the cat sits"}}};
  const auto report = evaluate_captions(images, {captioned("a/1.jpg", "a dog runs"), captioned("b/1.jpg", "a cat sits")});
  const auto rows = scores_by_reference_count(report, {});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].scores.images, 2);
  EXPECT_EQ(rows[1].scores.images, 1);
  EXPECT_NEAR(rows[1].scores.bleu[0], 1, 1e-6);
}

TEST(ReadCaptions, KeepsIdsOfCocoResults) {
  const TemporaryFolder folder;
  std::ofstream(folder / "results.json") << R"( [{"image_id": 7, "caption": "a"}, {"caption": "b", "image_id": "7", "score": 1}])";
  const auto captions = read_captions(folder / "results.json");
  ASSERT_EQ(captions.size(), 2U);
  EXPECT_EQ(captions[0].id, (ImageId{.text = "7", .is_number = true}));
  EXPECT_EQ(captions[1].id, (ImageId{.text = "7", .is_number = false}));
  EXPECT_EQ(captions[1].caption, "b");
}

TEST(ReadCaptions, TakesWhateverFilesCaptionsComeIn) {
  const TemporaryFolder folder;
  const auto read = [&](const std::string& content) {
    std::ofstream(folder / "file") << content;
    std::string found;
    for (const auto& caption : read_captions(folder / "file")) found += caption.image + ": " + caption.caption + "; ";
    return found;
  };
  EXPECT_EQ(read("{\"image_id\": 7, \"caption\": \"a dog\"}\n\n{\"image_id\": \"8\", \"caption\": \"\"}\n"), "7: a dog; 8: ; ");
  EXPECT_EQ(read("{\"image\": \"a.jpg\", \"captions\": [\"a dog\", \"one dog\"]}\n"), "a.jpg: a dog; a.jpg: one dog; ");
  EXPECT_EQ(read("a.jpg#0\ta dog\nb.jpg#0\ta cat\n"), "a.jpg: a dog; b.jpg: a cat; ");
  EXPECT_EQ(read("a.jpg\ta dog\n   \nb.jpg\t\n"), "a.jpg: a dog; b.jpg: ; ");
  EXPECT_EQ(read("image,caption\na.jpg,a dog, a man and a cat\n"), "a.jpg: a dog, a man and a cat; ") << "commas that nobody quoted";
  EXPECT_EQ(read("image_id;caption\n42;a dog\n"), "42: a dog; ");
  EXPECT_EQ(read("{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}],\n \"annotations\": [{\"image_id\": 1, \"caption\": \"a dog\"}]}"),
            "a.jpg: a dog; ");
}

TEST(ReadCaptions, TakesAFolderOfPicturesWithTheirTexts) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.jpg") << "not read";
  std::ofstream(folder / "a.txt") << "a dog\n";
  const auto captions = read_captions(folder.path());
  ASSERT_EQ(captions.size(), 1U);
  EXPECT_EQ(captions[0].image, "a.jpg");
  EXPECT_EQ(captions[0].caption, "a dog");
}

TEST(ReadCaptions, RefusesWhatHoldsNoCaptions) {
  const TemporaryFolder folder;
  const auto refuses = [&](const std::string& content) {
    std::ofstream(folder / "file") << content;
    EXPECT_THROW(read_captions(folder / "file"), Error) << content;
  };
  refuses("");
  refuses("\n \n");
  refuses("[{\"image_id\": 1}]");
  refuses("[{\"image_id\": 1, \"caption\": \"a\"}");
  refuses(std::string(1000, '['));
  refuses("{\"image\": 1}\n");
  refuses("hello\nworld\n");
  refuses("a.jpg\ta dog\nno tab\n");
  refuses("\tsomething\ta dog of no image\n");
  refuses("image,caption\n,a dog of no image\n");
  refuses("image,caption,note\na.jpg,a dog, a man,none\n");  // which commas are of the caption?
  EXPECT_THROW(read_captions(folder / "absent"), Error);
}

TEST(References, AreThoseOfOneSplitWhereAskedFor) {
  const TemporaryFolder folder;
  std::ofstream(folder / "karpathy.json") << R"({"dataset": "coco", "images": [
    {"filename": "1.jpg", "cocoid": 1, "split": "train", "sentences": [{"raw": "A dog."}]},
    {"filename": "2.jpg", "cocoid": 2, "split": "test", "sentences": [{"raw": "A cat."}, {"raw": "One cat."}]}]})";
  const auto images = read_references(folder / "karpathy.json", "test").images;
  ASSERT_EQ(images.size(), 1U);
  EXPECT_EQ(images[0].file, "2.jpg");
  EXPECT_EQ(images[0].captions, (Names{"A cat.", "One cat."}));
  EXPECT_EQ(read_references(folder / "karpathy.json").images.size(), 2U);
  EXPECT_THROW(read_references(folder / "karpathy.json", "val"), Error);
}

TEST(References, OfFlickr8kScoreTheirOwnFirstCaption) {
  SACCADE_NEEDS_DATA("flickr8k/Flickr8k.token.txt");
  auto references = read_references(test_data() / "flickr8k/Flickr8k.token.txt").images;
  references.resize(1000);
  std::vector<CaptionRecord> captions;
  for (auto& image : references) {
    captions.push_back(captioned("somewhere/" + image.file, image.captions.front()));
    image.captions.erase(image.captions.begin());
  }
  const auto report = evaluate_captions(references, captions);
  EXPECT_EQ(report.scores.images, 1000);
  EXPECT_TRUE(report.missing.empty() && report.unknown.empty() && report.duplicates.empty());
  // What one person writes scored against four others: no machine, so only a range is known; CIDEr of people is near 0.8 on this set,
  // BLEU-4 near 0.2.
  EXPECT_GT(report.scores.cider, 0.5);
  EXPECT_LT(report.scores.cider, 1.2);
}

}  // namespace
}  // namespace saccade
