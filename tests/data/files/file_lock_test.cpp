#include "data/files/file_lock.h"

#include <gtest/gtest.h>

#include <optional>

#include "data/error.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

TEST(FileLock, IsHeldByOneAtATime) {
  const TemporaryFolder folder;
  std::optional<FileLock> first(std::in_place, folder / "lock", "the run");
  EXPECT_THROW(FileLock(folder / "lock", "the run"), Error);  // locks belong to an opening of the file, so one process is enough to see it
  first.reset();
  EXPECT_NO_THROW(FileLock(folder / "lock", "the run"));
}

}  // namespace
}  // namespace saccade
