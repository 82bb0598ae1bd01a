#include "data/files/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "data/error.h"
#include "data/files/mapped_file.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::ptrdiff_t files_in(const fs::path& folder) { return std::distance(fs::directory_iterator(folder), fs::directory_iterator()); }

TEST(AtomicFile, IsInvisibleUntilCommitted) {
  TemporaryFolder folder;
  const auto path = folder / "captions.json";
  AtomicFile file(path);
  file.write("a dog");
  EXPECT_FALSE(fs::exists(path));
  file.commit();
  EXPECT_EQ(content(path), "a dog");
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(AtomicFile, LeavesTheOldFileAloneWhenItIsAbandoned) {
  TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  write_file_atomically(path, "old");
  {
    AtomicFile file(path);
    file.write("half of the ne");
  }
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(files_in(folder.path()), 1);
}

TEST(AtomicFile, ReplacesAnOldFile) {
  TemporaryFolder folder;
  write_file_atomically(folder / "a", "old and long");
  write_file_atomically(folder / "a", "new");
  EXPECT_EQ(content(folder / "a"), "new");
}

TEST(AtomicFile, TwoWritersOfOneFileDoNotMixTheirBytes) {
  TemporaryFolder folder;
  AtomicFile first(folder / "a"), second(folder / "a");
  first.write("first");
  second.write("second");
  first.commit();
  EXPECT_EQ(content(folder / "a"), "first");
  second.commit();
  EXPECT_EQ(content(folder / "a"), "second");
}

TEST(AtomicFile, WritesANameAsLongAsTheFileSystemAllows) {
  TemporaryFolder folder;
  const auto path = folder / std::string(255, 'n');
  write_file_atomically(path, "x");
  EXPECT_EQ(content(path), "x");
}

TEST(AtomicFile, NamesThePathAndTheReasonWhenAFolderIsAbsent) {
  TemporaryFolder folder;
  try {
    AtomicFile file(folder / "absent/file");
    FAIL() << "a file was opened in a folder that is not there";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("absent/file: cannot be written: No such file"), std::string::npos) << error.what();
  }
}

TEST(AtomicFile, ReportsThatNoMoreCanBeWritten) {
  TemporaryFolder folder;
  // The kernel's limit of a process on the size of a file gives EFBIG where a full disk gives ENOSPC: the same path through the code.
  AtomicFile file(folder / "a");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 10;
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(file.write(std::string(100, 'x')), Error);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, old_handler);
}

TEST(AtomicFile, LeavingsOfAKilledProcessAreRemovedAndNothingElse) {
  TemporaryFolder folder;
  std::ofstream(folder / ".best.safetensors.4711-0.saccade-partial") << "half";
  std::ofstream(folder / "best.safetensors") << "whole";
  std::ofstream(folder / ".hidden") << "of the user";
  remove_stale_temporaries(folder.path());
  EXPECT_EQ(files_in(folder.path()), 2);
  EXPECT_TRUE(fs::exists(folder / "best.safetensors"));
  EXPECT_NO_THROW(remove_stale_temporaries(folder / "absent"));
}

TEST(MappedFile, GivesTheBytesOfAFile) {
  TemporaryFolder folder;
  write_file_atomically(folder / "a", "saccade");
  const MappedFile file(folder / "a");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()), "saccade");
}

TEST(MappedFile, KeepsTheBytesAliveInItsCopies) {
  TemporaryFolder folder;
  write_file_atomically(folder / "a", std::string(100'000, 'z'));
  auto file = std::make_unique<MappedFile>(folder / "a");
  const MappedFile copy = *file;
  file.reset();
  fs::remove(folder / "a");
  EXPECT_EQ(copy.bytes().back(), std::byte{'z'});
}

TEST(MappedFile, OfAnEmptyFileIsEmpty) {
  TemporaryFolder folder;
  write_file_atomically(folder / "a", "");
  EXPECT_TRUE(MappedFile(folder / "a").bytes().empty());
}

TEST(MappedFile, RefusesWhatIsNoRegularFile) {
  TemporaryFolder folder;
  EXPECT_THROW(MappedFile(folder / "absent"), Error);
  EXPECT_THROW(MappedFile{folder.path()}, Error);
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_THROW(MappedFile(folder / "fifo"), Error);  // and does not wait for a writer
}

TEST(MappedFile, RefusesAFileAboveItsLimit) {
  TemporaryFolder folder;
  write_file_atomically(folder / "a", "12345");
  EXPECT_NO_THROW(MappedFile(folder / "a", 5));
  EXPECT_THROW(MappedFile(folder / "a", 4), Error);
}

TEST(AtomicFile, ReplacesNoPipeAndNoDevice) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THROW(AtomicFile(folder / "pipe"), Error);
  EXPECT_THROW(AtomicFile("/dev/null"), Error);
  EXPECT_EQ(std::filesystem::status(folder / "pipe").type(), std::filesystem::file_type::fifo);
}

}  // namespace
}  // namespace saccade
