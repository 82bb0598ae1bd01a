#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string_view>

namespace saccade {

/// Why bytes are no picture; decode_picture adds the file's name to it.
class DecodeFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Numbers out of bytes that nobody vouches for: reading past the end throws DecodeFailure.
struct ByteReader {
  std::span<const std::byte> bytes;
  bool big_endian = true;

  uint32_t u8(std::size_t at) const {
    if (at >= bytes.size()) throw DecodeFailure("ends within its header");
    return std::to_integer<uint32_t>(bytes[at]);
  }
  uint32_t u16(std::size_t at) const { return big_endian ? u8(at) << 8 | u8(at + 1) : u8(at + 1) << 8 | u8(at); }
  uint32_t u24(std::size_t at) const { return big_endian ? u8(at) << 16 | u16(at + 1) : u8(at + 2) << 16 | u16(at); }
  uint32_t u32(std::size_t at) const { return big_endian ? u16(at) << 16 | u16(at + 2) : u16(at + 2) << 16 | u16(at); }
  uint64_t u64(std::size_t at) const {
    const uint64_t first = u32(at), second = u32(at + 4);
    return big_endian ? first << 32 | second : second << 32 | first;
  }
  /// The part of [at, at + size) that exists.
  std::span<const std::byte> part(std::size_t at, std::size_t size) const {
    if (at >= bytes.size()) return {};
    return bytes.subspan(at, size < bytes.size() - at ? size : bytes.size() - at);
  }
  bool has(std::size_t at, std::string_view text) const {
    if (at > bytes.size() || bytes.size() - at < text.size()) return false;
    return std::string_view(reinterpret_cast<const char*>(bytes.data()) + at, text.size()) == text;
  }
};

}  // namespace saccade
