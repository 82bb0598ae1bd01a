#include "data/inputs/picture_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <thread>

#include "tests/data/inputs/made_tar.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

std::vector<SourcePicture> all_of(PictureSource& source) {
  std::vector<SourcePicture> pictures;
  while (auto picture = source.next()) pictures.push_back(std::move(*picture));
  return pictures;
}

std::vector<std::string> names_of(const PictureSourceOptions& options) {
  PictureSource source(options);
  std::vector<std::string> names;
  for (const auto& picture : all_of(source)) names.push_back(picture.name);
  return names;
}

std::string content_of(const SourcePicture& picture) {
  const auto bytes = picture.read();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string failure_of(const SourcePicture& picture) {
  try {
    picture.read();
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class Inputs : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string make(const std::string& name, const std::string& content = "content") const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    write_text(folder_ / name, content);
    return at(name);
  }
  std::vector<std::string> all_at(std::vector<std::string> names) const {
    for (auto& name : names) name = at(name);
    return names;
  }
  TemporaryFolder folder_;
};

TEST_F(Inputs, WalksFoldersInTheOrderOfNames) {
  for (const auto* name :
       {"p/b.jpg", "p/a/z.PNG", "p/a/k.txt", "p/c.webp", "p/.hidden.jpg", "p/.git/x.jpg", "p/a/._z.jpg", "p/B.JPEG", "p/noext", "p/jpg"})
    make(name);
  std::filesystem::create_directory_symlink(at("p"), at("p/a/circle"));
  std::filesystem::create_symlink("b.jpg", at("p/d.jpg"));
  EXPECT_EQ(names_of({.inputs = {at("p")}}), all_at({"p/B.JPEG", "p/a/z.PNG", "p/b.jpg", "p/c.webp", "p/d.jpg"}));
}

TEST_F(Inputs, TakesWhatIsNamedWhateverItsExtension) {
  make("picture");
  PictureSource source({.inputs = {at("picture"), at("absent.jpg"), at("picture")}});
  EXPECT_EQ(source.count(), 3);
  const auto pictures = all_of(source);
  ASSERT_EQ(pictures.size(), 3U);
  EXPECT_EQ(content_of(pictures[0]), "content");
  EXPECT_TRUE(mentions(failure_of(pictures[1]), "absent.jpg: cannot be read")) << failure_of(pictures[1]);
  EXPECT_EQ(content_of(pictures[2]), "content");
}

TEST_F(Inputs, ExpandsPatternsUnlessAFileHasThatName) {
  for (const auto* name : {"b.jpg", "a.jpg", "c.png", "[d].jpg"}) make(name);
  EXPECT_EQ(names_of({.inputs = {at("[ab].jpg")}}), all_at({"a.jpg", "b.jpg"}));
  EXPECT_EQ(names_of({.inputs = {at("[d].jpg")}}), all_at({"[d].jpg"}));
  EXPECT_THROW(PictureSource({.inputs = {at("*.gif")}}), Error);
}

TEST_F(Inputs, ReadsListsWhateverTheirLineEnds) {
  const auto list = make("list.txt",
                         "\xef\xbb\xbf"
                         "a.jpg\r\n\n b c.jpg\nlast.png");
  EXPECT_EQ(names_of({.inputs = {"@" + list}}), (std::vector<std::string>{"a.jpg", " b c.jpg", "last.png"}));
  EXPECT_THROW(PictureSource({.inputs = {"@" + at("absent.txt")}}), Error);
  EXPECT_THROW(PictureSource({.inputs = {"@" + make("long.txt", std::string(5000, 'x'))}}), Error);
}

/// While it lives, standard input is a pipe that holds this, and ends there or stays open.
class StandardInput {
 public:
  enum class End { kIsThere, kNeverComes };
  explicit StandardInput(const std::string& text, End end = End::kIsThere) : original_(::dup(STDIN_FILENO)) {
    int ends[2];
    if (::pipe(ends) != 0 || ::write(ends[1], text.data(), text.size()) != std::ssize(text)) throw std::runtime_error("no pipe");
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[0]);
    if (end == End::kIsThere)
      ::close(ends[1]);
    else
      writer_ = ends[1];
  }
  ~StandardInput() {
    ::dup2(original_, STDIN_FILENO);
    ::close(original_);
    if (writer_ >= 0) ::close(writer_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  int original_, writer_ = -1;
};

TEST_F(Inputs, WaitNoLongerForStandardInputWhenToldTo) {
  const StandardInput input("a.jpg\nhalf", StandardInput::End::kNeverComes);
  PictureSource source({.inputs = {"-"}});
  ASSERT_TRUE(source.next().has_value());
  std::jthread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    source.stop_waiting();
  });
  EXPECT_FALSE(source.next().has_value());
  EXPECT_FALSE(source.next().has_value());
}

TEST_F(Inputs, ReadsAListFromStandardInputAsItComes) {
  const auto archive = make("s.tar", tar_of({{"x.jpg", "in tar"}}));
  const StandardInput input("a.jpg\n" + archive + "\nb.jpg");
  PictureSource source({.inputs = {"-"}});
  EXPECT_EQ(source.count(), std::nullopt);
  std::vector<std::string> names;
  for (const auto& picture : all_of(source)) names.push_back(picture.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a.jpg", archive + "/x.jpg", "b.jpg"}));
  EXPECT_THROW(PictureSource({.inputs = {"-", "-"}}), Error);
}

TEST_F(Inputs, RefusesAFolderWithoutPictures) {
  make("empty/notes.txt");
  try {
    PictureSource({.inputs = {at("empty")}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(mentions(error.what(), "holds no pictures")) << error.what();
  }
}

TEST_F(Inputs, ReadsPicturesOutOfTarArchives) {
  const auto archive = make("s.tar", tar_of({{"000.jpg", "first"},
                                             {"000.txt", "a caption"},
                                             {"dir/", "", '5'},
                                             {"dir/001.PNG", std::string(700, 'x')},
                                             {"._000.jpg", "mac"}}));
  PictureSource source({.inputs = {archive}});
  const auto pictures = all_of(source);
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(pictures[0].name, archive + "/000.jpg");
  EXPECT_EQ(content_of(pictures[0]), "first");
  EXPECT_EQ(pictures[1].name, archive + "/dir/001.PNG");
  EXPECT_EQ(content_of(pictures[1]), std::string(700, 'x'));
  std::filesystem::remove(archive);
  EXPECT_EQ(content_of(pictures[0]), "first");  // the archive stays open as long as a picture of it is there
}

TEST_F(Inputs, ReadsTheLongNamesThatGnuTarWrites) {
  const auto expected = read_picture_file(fixture("pictures/grey.jpg"));
  for (const auto* name : {"long-names.gnu.tar", "long-names.pax.tar"}) {
    const auto archive = fixture("pictures") / name;
    PictureSource source({.inputs = {archive.string()}});
    const auto pictures = all_of(source);
    ASSERT_EQ(pictures.size(), 1U) << name;
    EXPECT_EQ(pictures[0].name, archive.string() + "/" + std::string(120, 'd') + "/" + std::string(150, 'n') + ".jpg");
    EXPECT_EQ(pictures[0].read(), expected);
  }
}

TEST_F(Inputs, ReadsAnArchiveFromAPipe) {
  const auto archive = tar_of({{"a.jpg", std::string(100'000, 'a')}, {"skipped.txt", std::string(3000, 's')}, {"b.jpg", "b"}});
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  std::jthread writer([&] { std::ofstream(at("pipe"), std::ios::binary) << archive; });
  PictureSource source({.inputs = {"tar:" + at("pipe")}});
  const auto pictures = all_of(source);
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_EQ(content_of(pictures[0]), std::string(100'000, 'a'));
  EXPECT_EQ(content_of(pictures[1]), "b");
}

TEST_F(Inputs, NeverFollowsLinksAndDevicesInArchives) {
  const auto archive = make("s.tar", tar_of({{"soft.jpg", "", '2'},
                                             {"hard.jpg", "", '1'},
                                             {"device.jpg", "", '3'},
                                             {"fifo.jpg", "", '6'},
                                             {"sparse.jpg", "map", 'S'},
                                             {"good.jpg", "good"}}));
  PictureSource source({.inputs = {archive}});
  const auto pictures = all_of(source);
  ASSERT_EQ(pictures.size(), 6U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_TRUE(mentions(failure_of(pictures[i]), "not followed")) << pictures[i].name;
  EXPECT_EQ(content_of(pictures[5]), "good");
}

TEST_F(Inputs, TellsOnceThatAnArchiveIsDamagedAndGoesOn) {
  const auto good = tar_of({{"a.jpg", "a"}, {"b.jpg", std::string(2000, 'b')}});
  auto broken_header = good;
  broken_header[1024 + 5] = 'X';
  const auto later = make("z.jpg", "z");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {broken_header, "no header where one is due"},
      {good.substr(0, 1300), "ends within a header"},
      {good.substr(0, 2500), "ends within a member"},
      {tar_member({"a.jpg", "a"}) + tar_member({"b.jpg", "", '0', "77777777777"}), "ends within a member"},
      {tar_member({"a.jpg", "a"}) + tar_member({"b.jpg", "", '0', "12x4"}), "a size that is no number"},
      {tar_member({"a.jpg", "a"}) + tar_member({"b.jpg", "", '0', std::string("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12)}),
       "impossible size"},
      {tar_member({"a.jpg", "a"}) + tar_member({"x", "999999 path=b.jpg\n", 'x'}), "extended header that cannot be read"},
      {tar_member({"a.jpg", "a"}) + tar_member({"x", "17 path=b.jpg", 'x'}), "extended header that cannot be read"},
      {tar_member({"a.jpg", "a"}) + tar_member({"x", std::string(5000, 'n'), 'L'}) + tar_member({"b.jpg", "b"}), "a name of 5000 bytes"},
      {tar_member({"a.jpg", "a"}) + tar_member({"x", "", 'L', "77777777777"}), "a long name of"},
  };
  for (const auto& [content, expected] : cases) {
    const auto archive = make("s.tar", content);
    PictureSource source({.inputs = {archive, later}});
    const auto pictures = all_of(source);
    ASSERT_EQ(pictures.size(), 3U) << expected;
    EXPECT_EQ(content_of(pictures[0]), "a");
    EXPECT_EQ(pictures[1].name, archive);
    EXPECT_TRUE(mentions(failure_of(pictures[1]), expected)) << failure_of(pictures[1]);
    EXPECT_EQ(content_of(pictures[2]), "z");
  }
  PictureSource absent({.inputs = {at("absent.tar"), make("no.tar", std::string(600, 'x')), later}});
  const auto pictures = all_of(absent);
  ASSERT_EQ(pictures.size(), 3U);
  EXPECT_TRUE(mentions(failure_of(pictures[0]), "cannot be read"));
  EXPECT_TRUE(mentions(failure_of(pictures[1]), "is no tar archive"));
}

TEST_F(Inputs, SurvivesThousandsOfDamagedArchives) {
  std::mt19937 random(3);
  const auto good = tar_member({"x", "27 path=long/name/here.jpg\n", 'x'}) + tar_member({"a.jpg", "a"}) +
                    tar_member({"x", std::string(150, 'n') + ".jpg", 'L'}) + tar_member({"b", std::string(600, 'b')}) +
                    tar_of({{"c.jpg", "c"}});
  int pictures = 0;
  for (int round = 0; round < 1000; ++round) {
    auto bytes = good;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    // Fresh checksums, so that damage reaches further than the first look.
    for (std::size_t block = 0; block + 512 <= bytes.size(); block += 512) {
      if (bytes.compare(block + 257, 5, "ustar") != 0) continue;
      bytes.replace(block + 148, 8, 8, ' ');
      unsigned sum = 0;
      for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(bytes[block + i]);
      char text[8];
      std::snprintf(text, sizeof text, "%06o", sum);
      bytes.replace(block + 148, 7, text, 7);
    }
    if (round % 3 == 0) bytes.resize(random() % bytes.size());
    PictureSource source({.inputs = {make("s.tar", bytes)}});
    for (const auto& picture : all_of(source)) {
      failure_of(picture);
      ++pictures;
    }
  }
  EXPECT_GT(pictures, 1500);
}

TEST_F(Inputs, DealsFilesToShardsLikeCards) {
  for (int i = 0; i < 11; ++i) make("p/" + std::to_string(100 + i) + ".jpg");
  const auto whole = names_of({.inputs = {at("p")}});
  std::vector<std::string> together(whole.size());
  for (int64_t index = 1; index <= 4; ++index) {
    PictureSource source({.inputs = {at("p")}, .shard = {.index = index, .count = 4}});
    const auto pictures = all_of(source);
    EXPECT_EQ(source.count(), std::ssize(pictures));
    for (std::size_t k = 0; k < pictures.size(); ++k) together[4 * k + static_cast<std::size_t>(index) - 1] = pictures[k].name;
  }
  EXPECT_EQ(together, whole);
}

TEST_F(Inputs, DealsArchivesWholeWhenThereAreEnoughAndTheirMembersElse) {
  for (const auto* name : {"s/0.tar", "s/1.tar", "s/2.tar"}) make(name, tar_of({{"a.jpg", "a"}, {"b.jpg", "b"}, {"c.jpg", "c"}}));
  make("s/x.jpg");
  const auto whole = names_of({.inputs = {at("s")}});
  ASSERT_EQ(whole.size(), 10U);
  for (const int64_t count : {2, 3, 4, 7}) {
    std::multiset<std::string> together;
    for (int64_t index = 1; index <= count; ++index) {
      const auto names = names_of({.inputs = {at("s")}, .shard = {.index = index, .count = count}});
      together.insert(names.begin(), names.end());
      EXPECT_TRUE(count != 3 || names.size() == (index == 1 ? 4U : 3U));  // an archive each; the file is the fourth card
      EXPECT_TRUE(count != 7 || names.size() <= 2U);
    }
    EXPECT_EQ(together, std::multiset<std::string>(whole.begin(), whole.end())) << count;
  }
}

TEST_F(Inputs, GivesEveryPictureOnceToManyThreads) {
  for (int i = 0; i < 300; ++i) make("p/" + std::to_string(i) + ".jpg", std::to_string(i));
  std::vector<MadeMember> members;
  for (int i = 300; i < 600; ++i) members.push_back({std::to_string(i) + ".jpg", std::to_string(i)});
  PictureSource source({.inputs = {at("p"), make("s.tar", tar_of(members))}});
  std::mutex mutex;
  std::multiset<std::string> seen;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      while (const auto picture = source.next()) {
        const auto content = content_of(*picture);
        const std::lock_guard lock(mutex);
        seen.insert(content);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(seen.size(), 600U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 600U);
}

TEST_F(Inputs, HoldsLargeMembersBackByTheirSize) {
  const auto archive = make("s.tar", tar_of({{"large.jpg", std::string(5000, 'x')}, {"small.jpg", "s"}}));
  PictureSource source({.inputs = {archive}, .limits = {.max_file_bytes = 1000}});
  const auto pictures = all_of(source);
  ASSERT_EQ(pictures.size(), 2U);
  EXPECT_TRUE(mentions(failure_of(pictures[0]), "5000 bytes"));
  EXPECT_EQ(content_of(pictures[1]), "s");
}

TEST(Shard, IsReadStrictly) {
  EXPECT_EQ(parse_shard("2/8").index, 2);
  EXPECT_EQ(parse_shard("8/8").count, 8);
  for (const auto* wrong : {"", "/", "0/8", "9/8", "-1/8", "1/0", "1/8x", "x1/8", "1", "1/", "1 /8"})
    EXPECT_THROW(parse_shard(wrong), Error) << wrong;
}

}  // namespace
}  // namespace saccade
