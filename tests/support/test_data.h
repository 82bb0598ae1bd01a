/// Real data for tests that use it where it is there.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace saccade {

/// SACCADE_TEST_DATA, by default ../shared/data beside the project.
inline std::filesystem::path test_data() {
  const char* folder = std::getenv("SACCADE_TEST_DATA");
  return folder ? folder : "../shared/data";
}

/// Files that are part of the project. Tests run in its root.
inline std::filesystem::path fixture(const std::string& name) { return std::filesystem::path("tests/fixtures") / name; }

/// A folder of its own for each test, removed afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "saccade-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder can be made as " + pattern);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace saccade

/// Skips the test, saying why, where real data is absent.
#define SACCADE_NEEDS_DATA(relative)                               \
  if (!std::filesystem::exists(saccade::test_data() / (relative))) \
  GTEST_SKIP() << (saccade::test_data() / (relative)).string() << " is absent; set SACCADE_TEST_DATA to the folder of real data"
