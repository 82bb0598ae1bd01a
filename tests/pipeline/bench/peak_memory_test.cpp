#include "pipeline/bench/peak_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace saccade {
namespace {

constexpr int64_t kBytes = 200 << 20;

TEST(PeakMemory, RemembersWhatWasGivenBack) {
  reset_peak_memory();
  const auto before = peak_memory();
  void* memory =
      ::mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);  // not malloc: sanitizers keep what it frees
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, kBytes);
  ::munmap(memory, kBytes);
  const auto peak = peak_memory();
  EXPECT_GE(peak, before + kBytes * 9 / 10);  // the system counts pages of threads now and then only
  reset_peak_memory();
  if (peak_memory() >= peak) GTEST_SKIP() << "this system does not let a process reset its peak";
  EXPECT_LE(peak_memory(), before + kBytes / 2);
}

}  // namespace
}  // namespace saccade
