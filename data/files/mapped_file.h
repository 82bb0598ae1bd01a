#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace saccade {

/// A regular file mapped read-only into memory; pages are read when touched. Copies share the mapping. Throws Error if the file is absent,
/// no regular file (a FIFO would block), or larger than `max_bytes`.
class MappedFile {
 public:
  static constexpr std::size_t kNoLimit = ~std::size_t{0};
  explicit MappedFile(const std::filesystem::path& path, std::size_t max_bytes = kNoLimit);

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::shared_ptr<void> mapping_;
  std::span<const std::byte> bytes_;
};

}  // namespace saccade
