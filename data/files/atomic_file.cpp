#include "data/files/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "data/error.h"
#include "data/files/file_lock.h"

namespace saccade {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTemporarySuffix = ".saccade-partial", kStartSuffix = ".saccade-start";

std::string system_reason(int code) { return std::system_category().message(code); }

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

// Unique in this process by a counter, among processes by the process number. Long names are cut: most file systems stop at 255 bytes.
fs::path temporary_name(const fs::path& path) {
  static std::atomic<uint64_t> counter{0};
  const auto name = path.filename().string().substr(0, 180);
  const auto number = std::to_string(::getpid()) + "-" + std::to_string(counter++);
  return folder_of(path) / ("." + name + "." + number + std::string(kTemporarySuffix));
}

fs::path name_of_start(const fs::path& path) { return folder_of(path) / ("." + path.filename().string() + std::string(kStartSuffix)); }

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // a folder one may write to but not read: the rename itself has happened
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(fs::path path, CutShort cut_short) : path_(std::move(path)), cut_short_(cut_short) {
  std::error_code ignored;
  const auto there = fs::status(path_, ignored).type();
  if (there == fs::file_type::directory) throw Error(path_.string(), "is a folder", "name a file");
  if (there != fs::file_type::regular && there != fs::file_type::not_found && there != fs::file_type::none)
    throw Error(path_.string(), "is a pipe or a device, which a file would replace", "name a file");
  const bool goes_on = cut_short_ == CutShort::kLeavesItsStart;
  fs::path name;
  do {
    name = goes_on ? name_of_start(path_) : temporary_name(path_);
    descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | (goes_on ? 0 : O_EXCL) | O_CLOEXEC | O_NOFOLLOW, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);  // of a killed process that had our number, as in containers, where it is always the same
  if (descriptor_ < 0) throw Error(path_.string(), "cannot be written: " + system_reason(errno));
  if (goes_on) {
    try {
      lock_descriptor(descriptor_, path_, "it");
    } catch (...) {
      ::close(descriptor_);
      throw;
    }
    ::lseek(descriptor_, 0, SEEK_END);
  }
  temporary_ = name;
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty() && cut_short_ == CutShort::kLeavesNothing) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw Error(path_.string(), "writing failed: " + system_reason(errno));
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }

void AtomicFile::overwrite(std::size_t offset, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::pwrite(descriptor_, text.data(), text.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error(path_.string(), "writing failed: " + system_reason(errno));
    offset += static_cast<std::size_t>(written);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::size_t AtomicFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) throw Error(path_.string(), "cannot be read: " + system_reason(errno));
  return static_cast<std::size_t>(status.st_size);
}

std::string AtomicFile::beginning(std::size_t bytes) const {
  std::string text(std::min(bytes, size()), '\0');
  const auto count = ::pread(descriptor_, text.data(), text.size(), 0);
  text.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return text;
}

void AtomicFile::cut(std::size_t bytes) {
  const auto end = static_cast<off_t>(bytes);
  if (::ftruncate(descriptor_, end) != 0 || ::lseek(descriptor_, end, SEEK_SET) < 0)
    throw Error(path_.string(), "cannot be cut: " + system_reason(errno));
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) throw Error(path_.string(), "writing to the disk failed: " + system_reason(errno));
  // Some network file systems tell of a full disk only here.
  if (::close(std::exchange(descriptor_, -1)) != 0) throw Error(path_.string(), "closing failed: " + system_reason(errno));
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw Error(path_.string(), "cannot be put in place: " + system_reason(errno));
  temporary_.clear();
  sync_folder(folder_of(path_));
}

void write_file_atomically(const fs::path& path, std::span<const std::byte> content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  write_file_atomically(path, std::as_bytes(std::span(content.data(), content.size())));
}

bool is_left_by_killed_process(const std::string& name) {
  return name.starts_with(".") && (name.ends_with(kTemporarySuffix) || name.ends_with(kStartSuffix));
}

void remove_stale_temporaries(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (is_left_by_killed_process(entry.path().filename().string())) fs::remove(entry.path(), ignored);
  }
}

}  // namespace saccade
