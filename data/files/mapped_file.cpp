#include "data/files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "data/error.h"

namespace saccade {
namespace {

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path, std::size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO nobody writes to would wait for ever.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  struct stat status {};
  if (file.number < 0 || ::fstat(file.number, &status) != 0) {
    throw Error(path.string(), "cannot be read: " + std::system_category().message(errno));
  }
  if (!S_ISREG(status.st_mode)) throw Error(path.string(), S_ISDIR(status.st_mode) ? "is a folder" : "is no regular file", "name a file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > max_bytes) {
    throw Error(path.string(), "has " + std::to_string(size) + " bytes", "at most " + std::to_string(max_bytes) + " are read");
  }
  if (size == 0) return;  // mmap refuses an empty range

  void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.number, 0);
  if (start == MAP_FAILED) throw Error(path.string(), "cannot be mapped: " + std::system_category().message(errno));
  mapping_ = std::shared_ptr<void>(start, [size](void* mapped) { ::munmap(mapped, size); });
  bytes_ = {static_cast<const std::byte*>(start), size};
}

}  // namespace saccade
