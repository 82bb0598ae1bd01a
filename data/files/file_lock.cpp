#include "data/files/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "data/error.h"

namespace saccade {

void lock_descriptor(int descriptor, const std::filesystem::path& path, const char* what) {
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;  // a file system without locks is no reason to refuse
  throw Error(path.string(), std::string(what) + " is being written by another process", "wait for it to end, or end it");
}

FileLock::FileLock(const std::filesystem::path& path, const char* what)
    : descriptor_(::open(path.c_str(), std::filesystem::is_directory(path) ? O_RDONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) throw Error(path.string(), std::string("cannot be written (") + std::strerror(errno) + ")");
  try {
    lock_descriptor(descriptor_, path, what);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace saccade
