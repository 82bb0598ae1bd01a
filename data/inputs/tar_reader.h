#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace saccade {

/// An open file, closed with its last owner.
struct OpenFile {
  int descriptor = -1;
  explicit OpenFile(int number) : descriptor(number) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
};

inline constexpr std::size_t kTarBlock = 512;

struct TarMember {
  std::string name;
  bool is_regular = true;  ///< false: folder, link, device; never followed, has no content here
  bool is_folder = false;
  uint64_t offset = 0;  ///< of its content in the archive
  uint64_t size = 0;
};

/// What an extended header says of the member after it.
struct TarOverride {
  std::optional<std::string> path;
  std::optional<uint64_t> size;
};

/// The members of a tar archive, one after another: ustar, GNU long names and large sizes, pax path and size. From a file only the headers
/// are read; from a pipe everything, once. Nothing is ever written or followed.
class TarReader {
 public:
  /// Throws Error if the file cannot be opened; "-" is standard input.
  explicit TarReader(const std::filesystem::path& path);

  /// None at the end. Throws Error where the archive is damaged or cut; it cannot be read further then.
  std::optional<TarMember> next();
  /// The content of the member that next() gave last, from a pipe: at most once, before the next call of next().
  std::vector<std::byte> read_content();

  bool is_seekable() const { return seekable_; }
  const std::shared_ptr<OpenFile>& file() const { return file_; }

 private:
  struct TarHeader {
    std::string name;
    char type;
    uint64_t size;
  };
  bool read_block(std::span<std::byte, kTarBlock> block);
  TarMember take_member(const TarHeader& header, const TarOverride& override);
  void read_exactly(std::byte* target, std::size_t size, const char* what);
  void skip(uint64_t size);
  std::string read_text(uint64_t size, const char* what);
  [[noreturn]] void fail(const std::string& wrong) const;

  std::string path_;
  std::shared_ptr<OpenFile> file_;
  bool seekable_ = false;
  uint64_t file_size_ = 0, position_ = 0;
  uint64_t content_left_ = 0, padding_ = 0;  // of the member given last, from a pipe
  bool ended_ = false;
};

/// A member's content by its place in a seekable archive; any thread. Throws Error.
std::vector<std::byte> read_at(const OpenFile& file, uint64_t offset, std::size_t size, const std::string& name);

}  // namespace saccade
