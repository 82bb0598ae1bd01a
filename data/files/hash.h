/// XXH3 with 128 bits: finds damage and tells contents apart. Not cryptographic: no defence against someone who wants two files with one
/// hash.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace saccade {

/// The hash of all that was added, in order; how it was cut into pieces does not matter.
class Hasher {
 public:
  Hasher();
  void add(std::span<const std::byte> bytes);
  void add(std::string_view text);
  /// 32 lower-case hexadecimal digits, high bits first, as `xxhsum -H2` prints them. More may be added afterwards.
  std::string hex() const;

 private:
  std::unique_ptr<void, void (*)(void*)> state_;
};

std::string hash_bytes(std::span<const std::byte> bytes);
std::string hash_text(std::string_view text);
/// Throws Error if the file cannot be read.
std::string hash_file(const std::filesystem::path& path);

}  // namespace saccade
