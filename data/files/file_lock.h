#pragma once

#include <filesystem>

namespace saccade {

/// While it lives, no other process holds a lock on the same file; the system drops it with the process. The file is made where it is not
/// there.
class FileLock {
 public:
  /// Throws Error, naming `what` ("the run", "the captions file"), if another process holds it.
  FileLock(const std::filesystem::path& path, const char* what);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

/// The same on a file that is open already, until it is closed.
void lock_descriptor(int descriptor, const std::filesystem::path& path, const char* what);

}  // namespace saccade
