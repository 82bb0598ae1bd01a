#pragma once

#include <filesystem>
#include <utility>

namespace saccade {

/// While it lives, no other process holds a lock on the same file or folder; the system drops it with the process. A file is made where
/// nothing is there.
class FileLock {
 public:
  /// Throws Error, naming `what` ("the run", "the captions file"), if another process holds it.
  FileLock(const std::filesystem::path& path, const char* what);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// The same on a file that is open already, until it is closed.
void lock_descriptor(int descriptor, const std::filesystem::path& path, const char* what);

}  // namespace saccade
