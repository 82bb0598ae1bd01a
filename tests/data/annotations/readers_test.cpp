/// Every format in a few lines, with the oddities that its real files have.
#include <gtest/gtest.h>

#include <map>

#include "data/annotations/annotations.h"
#include "data/error.h"
#include "data/files/atomic_file.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;
using Captions = std::vector<std::string>;

Annotations read_text(const std::string& text, AnnotationFormat format = AnnotationFormat::kAuto) {
  TemporaryFolder folder;
  write_file_atomically(folder / "captions", text);
  return read_annotations(folder / "captions", format);
}

std::string message_of(const std::string& text, AnnotationFormat format = AnnotationFormat::kAuto) {
  try {
    read_text(text, format);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

/// "file: caption | caption" of each image, for short comparisons.
Captions summary(const Annotations& annotations) {
  Captions lines;
  for (const auto& image : annotations.images) {
    std::string line = image.file + ":";
    for (const auto& caption : image.captions) line += (line.back() == ':' ? " " : " | ") + caption;
    lines.push_back(line);
  }
  return lines;
}

TEST(FlickrReader, TakesTheLinesOfItsFilesAndNamesTheBadOnes) {
  const auto read = read_annotations(fixture("annotations/flickr.token"));
  EXPECT_EQ(summary(read),
            (Captions{"1000_a.jpg: A child climbs stairs . | A girl with a \"hat\" | and # signs", "1001_b.JPG: Two dogs play"}));
  ASSERT_EQ(read.bad_rows.size(), 4u);
  EXPECT_EQ(read.rows, 7);
  EXPECT_EQ(read.bad_row_count, 4);
  EXPECT_EQ(read.bad_rows[0].line, 3);
  EXPECT_EQ(read.bad_rows[0].reason, "`2258_x.jpg.1` is no name of a picture");
  EXPECT_EQ(read.bad_rows[1].reason, "expected `name.jpg#k<TAB>caption`, found no tab; use --format csv for comma-separated files");
  EXPECT_EQ(read.bad_rows[2].reason, "the caption is empty");
  EXPECT_EQ(read.bad_rows[3].line, 8) << "blank lines are counted as lines, not as rows";
}

TEST(FlickrReader, TakesBomWindowsLineEndsAndAMissingLastOne) {
  const auto read = read_text(
      "\xef\xbb\xbf"
      "a.jpg#0\tA dog\r\na.jpg#1\tA\ttab  and\u00a0blanks \r\nb.jpg#0\tlast");
  EXPECT_EQ(summary(read), (Captions{"a.jpg: A dog | A tab and blanks", "b.jpg: last"}));
  EXPECT_TRUE(read.bad_rows.empty());
}

TEST(FlickrReader, KeepsCaptionsThatAreRepeatedBecauseReferencesAreCounted) {
  EXPECT_EQ(summary(read_text("a.jpg#0\tA dog\na.jpg#1\tA dog\n")), Captions{"a.jpg: A dog | A dog"});
}

TEST(CsvReader, TakesKagglesFlickr8k) {
  const auto read = read_annotations(fixture("annotations/kaggle_flickr8k.csv"));
  EXPECT_EQ(summary(read), (Captions{"1000_a.jpg: A child , in pink , climbs | He said \"hi\" to a dog | Two lines in one",
                                     "1001_b.jpg: No quotes, but commas"}));
  ASSERT_EQ(read.bad_rows.size(), 2u);
  EXPECT_EQ(read.bad_rows[0].line, 7);
  EXPECT_EQ(read.bad_rows[0].reason, "expected 2 columns as in the first line, found 1");
  EXPECT_EQ(read.bad_rows[1].line, 8);
  EXPECT_EQ(read.bad_rows[1].reason, "a quotation mark is opened and not closed");
}

TEST(CsvReader, TakesKagglesFlickr30kWithItsOneBrokenRow) {
  const auto read = read_annotations(fixture("annotations/kaggle_flickr30k.csv"));
  EXPECT_EQ(summary(read), (Captions{"1000092795.jpg: Two young guys with \"shaggy hair\" | One bar | in a caption",
                                     "2199200615.jpg: A dog runs across the grass ."}));
  EXPECT_TRUE(read.bad_rows.empty());
}

TEST(CsvReader, FindsItsColumnsByNameWithIdsAndSplits) {
  const auto read = read_text("Split;Text;File_Name;image_id\nvalidation;A dog;x/a.png;17\ntrain;A cat;b.png;18\n");
  EXPECT_EQ(summary(read), (Captions{"x/a.png: A dog", "b.png: A cat"}));
  EXPECT_EQ(read.images[0].split, "val");
  EXPECT_EQ(read.images[0].id, (ImageId{.text = "17"}));
}

TEST(CsvReader, TakesATableWithoutHeaderAndOneWithAnEndOfLineInTheLastQuotes) {
  EXPECT_EQ(summary(read_text("a.jpg,\"A dog\"\r\nb.jpg,\"A\ncat\"")), (Captions{"a.jpg: A dog", "b.jpg: A cat"}));
}

TEST(TsvReader, TellsByTheFirstLineWhichColumnIsThePicture) {
  EXPECT_EQ(summary(read_text("a.jpg\tA \"dog\nb.jpg\tA cat\twith a tab\n")), (Captions{"a.jpg: A \"dog", "b.jpg: A cat with a tab"}));
  EXPECT_EQ(summary(read_text("A dog\ta.jpg\nA cat\tb.jpg\n")), (Captions{"a.jpg: A dog", "b.jpg: A cat"}));
  EXPECT_EQ(summary(read_text("caption\tfilepath\nA dog\tfolder/a\n")), Captions{"folder/a: A dog"});
}

TEST(TsvReader, SaysThatItDownloadsNothing) {
  EXPECT_NE(message_of("a dog runs\thttp://example.org/a,b.jpg\n").find("is a web address; pictures have to be files"), std::string::npos);
  EXPECT_NE(message_of("http://example.org/a\ta dog runs\n").find("is a web address"), std::string::npos);
}

TEST(CocoReader, TakesCaptionsBeforeImagesAndIdsOfEitherType) {
  const auto read = read_annotations(fixture("annotations/coco.json"));
  EXPECT_EQ(summary(read), (Captions{"val/COCO_000000000042.jpg: A black Honda . | Line break and blanks",
                                     "000000000007.jpg: Salt & pepper \"shakers\""}));
  EXPECT_EQ(read.images[0].id, (ImageId{.text = "42", .is_number = true}));
  EXPECT_EQ(read.images[1].id, (ImageId{.text = "7"})) << "a text in this file's images";
  Captions reasons;
  for (const auto& bad : read.bad_rows) reasons.push_back(std::to_string(bad.line) + ": " + bad.reason);
  EXPECT_EQ(
      reasons,
      (Captions{"4: the caption is empty", "5: the caption is empty", "6: an annotation has no image_id",
                "7: the caption was rejected by the makers of the set", "8: the caption is a ready-made text, not written for its picture",
                "10: the record has the key 'caption' twice", "11: the record is no object", "3: images: the image id 42 stands twice",
                "4: images: the path `../../etc/passwd` leads out of the folder of pictures", "9: no usable image has the image_id 99",
                "5: the image `lonely.jpg` has no caption"}));
  EXPECT_EQ(read.rows, 11);
}

TEST(KarpathyReader, TakesRestvalForTrainingAndJoinsPathAndName) {
  const auto read = read_annotations(fixture("annotations/karpathy.json"));
  EXPECT_EQ(summary(read), (Captions{"val2014/a.jpg: A dog. | only tokens", "b.jpg: A cat."}));
  EXPECT_EQ(read.images[0].split, "train");
  EXPECT_EQ(read.images[1].split, "test");
  EXPECT_EQ(read.images[0].id, (ImageId{.text = "522418", .is_number = true}));
  EXPECT_EQ(read.images[1].id, (ImageId{.text = "b.jpg"}));
  ASSERT_EQ(read.bad_rows.size(), 1u);
  EXPECT_EQ(read.bad_rows[0].reason, "the image has no sentences");
}

TEST(JsonlReader, TakesEveryUsualNameOfItsFields) {
  const auto read = read_annotations(fixture("annotations/captions.jsonl"));
  EXPECT_EQ(summary(read), (Captions{"a.jpg: A dog | Ein Hund", "b.jpg: 一只狗", "c.jpg: A cat", "d.jpg: Nice dog"}));
  EXPECT_EQ(read.images[0].id, (ImageId{.text = "5", .is_number = true}));
  EXPECT_EQ(read.images[0].split, "val");
  Captions reasons;
  for (const auto& bad : read.bad_rows) reasons.push_back(std::to_string(bad.line) + ": " + bad.reason);
  EXPECT_EQ(reasons, (Captions{"6: the record names no file; expected one of `image`, `file_name`, `file_path`",
                               "7: the record has no caption; expected `captions`, a list, or `caption`", "8: the caption is empty",
                               "9: the line ends before its JSON does; it may be cut short", "10: the record is no object",
                               "11: the record has the key 'caption' twice", "12: the line is no valid JSON in UTF-8 here"}));
}

TEST(JsonlReader, TakesAListOfRecordsOnOneLineOrMany) {
  for (const std::string text :
       {R"([{"file_path":"a.jpg","captions":["A dog"]},{"file_path":"b.jpg","captions":["A cat"]}])",
        "[\n {\n \"file_path\": \"a.jpg\",\n \"captions\": [\"A dog\"]\n },\n {\"file_path\":\"b.jpg\",\"captions\":[\"A cat\"]}]\n"}) {
    EXPECT_EQ(summary(read_text(text)), (Captions{"a.jpg: A dog", "b.jpg: A cat"}));
  }
}

TEST(FolderReader, TakesTextsBesidePicturesAndSplitsFromFolders) {
  TemporaryFolder folder;
  for (const auto* name : {"train", "validation/deep", "other"}) fs::create_directories(folder / name);
  for (const auto* name : {"train/b.jpg", "train/a.PNG", "validation/deep/c.jpg", "other/d.jpg", "other/lonely.jpg"})
    write_file_atomically(folder / name, "");
  write_file_atomically(folder / "train/a.txt", "A dog\n\nEin Hund\r\n");
  write_file_atomically(folder / "train/b.txt", "A cat");
  write_file_atomically(folder / "validation/deep/c.txt", "A bird");
  write_file_atomically(folder / "other/d.txt", "A fish");
  write_file_atomically(folder / "other/notes.txt", "none of ours");
  fs::create_symlink("/etc/hostname", folder / "other/lonely.txt");
  const auto read = read_annotations(folder.path());
  EXPECT_EQ(summary(read),
            (Captions{"other/d.jpg: A fish", "train/a.PNG: A dog | Ein Hund", "train/b.jpg: A cat", "validation/deep/c.jpg: A bird"}));
  EXPECT_EQ(read.images[1].split, "train");
  EXPECT_EQ(read.images[3].split, "val");
  ASSERT_EQ(read.bad_rows.size(), 2u);
  EXPECT_EQ(read.bad_rows[0].reason, "`other/lonely.txt` is a link that leads out of the folder");
  EXPECT_EQ(read.bad_rows[1].reason, "`other/notes.txt` has no picture of its name beside it");
}

TEST(FolderReader, TakesTheMetadataFilesOfAnImagefolder) {
  TemporaryFolder folder;
  fs::create_directories(folder / "train");
  fs::create_directories(folder / "test");
  write_file_atomically(folder / "train/metadata.jsonl", "{\"file_name\":\"0.jpg\",\"text\":\"Nice cat\"}\n{}\n");
  write_file_atomically(folder / "test/metadata.csv", "file_name,prompt\nx/1.jpg,Nice dog\n");
  const auto read = read_annotations(folder.path());
  EXPECT_EQ(summary(read), (Captions{"test/x/1.jpg: Nice dog", "train/0.jpg: Nice cat"}));
  EXPECT_EQ(read.images[0].split, "test");
  EXPECT_EQ(read.images[1].id.text, "train/0.jpg");
  EXPECT_EQ(read.bad_row_count, 1);
  EXPECT_EQ(read.rows, 3);
}

TEST(ReadAnnotations, SaysWhatIsWrongWhereNothingCanBeRead) {
  EXPECT_NE(message_of("").find("is empty"), std::string::npos);
  EXPECT_NE(message_of("just some words\n").find("its format cannot be told from its first line `just some words`; name it with --format"),
            std::string::npos);
  EXPECT_NE(message_of("a,b\nc,d\n", AnnotationFormat::kCsv).find(":1: the first line names no columns"), std::string::npos);
  EXPECT_NE(message_of("a.jpg,A dog\n", AnnotationFormat::kFlickr).find(":1: expected `name.jpg#k<TAB>caption`, found no tab"),
            std::string::npos)
      << "a file without one good row is of another format";
  EXPECT_NE(message_of("{\"images\":[{\"id\":1,\n\"file_name\":\"a.jpg\"", AnnotationFormat::kCoco).find(":2: ends before its JSON does"),
            std::string::npos);
  EXPECT_THROW(read_annotations("/absent/captions.txt"), Error);
  EXPECT_THROW(annotation_format("excel"), Error);
  EXPECT_EQ(annotation_format("karpathy"), AnnotationFormat::kKarpathy);
}

TEST(SplitList, NamesImagesInAnyUsualWay) {
  auto read = read_text("d/a.jpg#0\tx\nd/b.png#0\tx\nd/c.jpg#0\tx\ne/same.jpg#0\tx\nf/same.jpg#0\tx\nz.jpg#0\tx\n");
  TemporaryFolder folder;
  write_file_atomically(folder / "list",
                        "\xef\xbb\xbf"
                        "d/a.jpg\r\nb.png\r\n\r\nimages/c\r\nf/same.jpg\r\nsame.jpg\r\nabsent.jpg\r\n../z.jpg");
  apply_split_lists(read, {{"test", folder / "list"}});
  Captions splits;
  for (const auto& image : read.images) splits.push_back(image.split);
  EXPECT_EQ(splits, (Captions{"test", "test", "test", "", "test", ""}));
  ASSERT_EQ(read.bad_rows.size(), 3u);
  EXPECT_EQ(read.bad_rows[0].reason, "`same.jpg` names several images; write it with its folder");
  EXPECT_EQ(read.bad_rows[1].line, 7);
  EXPECT_EQ(read.bad_rows[1].reason, "no image with a caption is named `absent.jpg`");
}

TEST(SplitList, DoesNotTakeAnImageFromAnotherList) {
  auto read = read_text("a.jpg#0\tx\nb.jpg#0\tx\n");
  TemporaryFolder folder;
  write_file_atomically(folder / "train", "a.jpg\na.jpg\n");
  write_file_atomically(folder / "test", "b.jpg\na.jpg\n");
  apply_split_lists(read, {{"train", folder / "train"}, {"test", folder / "test"}});
  EXPECT_EQ(read.images[0].split, "train");
  EXPECT_EQ(read.images[1].split, "test");
  EXPECT_EQ(read.rows, 6);
  ASSERT_EQ(read.bad_rows.size(), 1u);
  EXPECT_EQ(read.bad_rows[0].line, 2);
  EXPECT_EQ(read.bad_rows[0].reason, "`a.jpg` is in the list of split 'train' already");
}

TEST(RealFlickr8k, HasItsKnownNumbers) {
  SACCADE_NEEDS_DATA("flickr8k/Flickr8k.token.txt");
  const auto folder = test_data() / "flickr8k";
  auto read = read_annotations(folder / "Flickr8k.token.txt");
  EXPECT_EQ(read.rows, 40'460);
  EXPECT_EQ(read.images.size(), 8'091u);
  EXPECT_EQ(read.bad_row_count, 5) << "the five captions of 2258277193_586949ec62.jpg.1";
  apply_split_lists(read, {{"train", folder / "Flickr_8k.trainImages.txt"},
                           {"val", folder / "Flickr_8k.devImages.txt"},
                           {"test", folder / "Flickr_8k.testImages.txt"}});
  std::map<std::string, int> counts;
  for (const auto& image : read.images) ++counts[image.split];
  EXPECT_EQ(counts, (std::map<std::string, int>{{"train", 6000}, {"val", 1000}, {"test", 1000}, {"", 91}}));
  EXPECT_EQ(read.bad_row_count, 5) << "every name of the lists has an image";
}

TEST(RealFlickr8k, IsTheSameInItsTwoForms) {
  SACCADE_NEEDS_DATA("flickr8k/captions.csv");
  const auto token = read_annotations(test_data() / "flickr8k/Flickr8k.token.txt"),
             csv = read_annotations(test_data() / "flickr8k/captions.csv");
  EXPECT_EQ(csv.rows, 40'455);
  EXPECT_EQ(csv.bad_row_count, 0);
  EXPECT_EQ(summary(token), summary(csv));
}

}  // namespace
}  // namespace saccade
