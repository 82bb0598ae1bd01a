/// Files that are either whole or absent: written under a temporary name in the same folder, synced, renamed, folder synced.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace saccade {

/// What is left where the writing ends before commit(): nothing, or a hidden file that the next writer of the same path goes on with.
enum class CutShort { kLeavesNothing, kLeavesItsStart };

/// A file being written; invisible until commit(). Throws Error (disk full, no right to write, another process writes the same start) with
/// the path and the system's reason.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path, CutShort cut_short = CutShort::kLeavesNothing);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text);
  /// Replaces bytes that were written before.
  void overwrite(std::size_t offset, std::string_view text);
  /// Bytes there now, those of an earlier writer's start among them.
  std::size_t size() const;
  /// Up to `bytes` of the beginning.
  std::string beginning(std::size_t bytes) const;
  /// Keeps the first `bytes` and writes on from there.
  void cut(std::size_t bytes);
  const std::filesystem::path& path() const { return path_; }
  /// Makes the file visible under its name, on the disk.
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  CutShort cut_short_;
  int descriptor_ = -1;
};

void write_file_atomically(const std::filesystem::path& path, std::string_view content);
void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> content);

/// Whether a file of this name is a temporary file or a start.
bool is_left_by_killed_process(const std::string& name);
/// Temporary files and starts that a killed process left in `folder` are removed. Safe beside running writers of other processes only if
/// none writes into this folder.
void remove_stale_temporaries(const std::filesystem::path& folder);

}  // namespace saccade
