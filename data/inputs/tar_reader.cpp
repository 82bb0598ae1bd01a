#include "data/inputs/tar_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "data/error.h"

namespace saccade {
namespace {

constexpr uint64_t kMaxNameBytes = 4096, kMaxPaxBytes = 1 << 20, kMaxMemberBytes = uint64_t{1} << 62;

using Block = std::array<std::byte, kTarBlock>;

std::string_view field(const Block& block, std::size_t at, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(block.data()) + at, size);
  return text.substr(0, std::min(text.find('\0'), size));
}

// Octal digits between blanks, or GNU's binary form, marked by the first bit. None if it is neither.
std::optional<uint64_t> number(const Block& block, std::size_t at, std::size_t size) {
  if (const auto first = std::to_integer<uint64_t>(block[at]); first & 0x80) {
    uint64_t value = first & 0x7f;
    for (std::size_t i = 1; i < size; ++i) {
      if (value >> 55) return std::nullopt;
      value = value << 8 | std::to_integer<uint64_t>(block[at + i]);
    }
    return value;
  }
  auto text = field(block, at, size);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  text = text.substr(0, text.find(' '));
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc{} || end != text.data() + text.size()) return text.empty() ? std::optional<uint64_t>(0) : std::nullopt;
  return value;
}

// The sum of all bytes, those of the checksum itself taken as blanks.
bool checksum_holds(const Block& block) {
  uint64_t sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) sum += i >= 148 && i < 156 ? ' ' : std::to_integer<uint64_t>(block[i]);
  return number(block, 148, 8) == sum;
}

std::string ustar_name(const Block& block) {
  std::string name(field(block, 0, 100));
  const bool posix = std::string_view(reinterpret_cast<const char*>(block.data()) + 257, 6) == std::string_view("ustar\0", 6);
  if (const auto prefix = field(block, 345, 155); posix && !prefix.empty()) name = std::string(prefix) + "/" + name;
  return name;
}

// pax: records "<length> <key>=<value>\n", the length counting itself.
bool read_pax(std::string_view text, TarOverride& override) {
  while (!text.empty()) {
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || length > text.size() || length < digits + 3 || text[digits] != ' ' || text[length - 1] != '\n')
      return false;
    const auto record = text.substr(digits + 1, length - digits - 2);
    const auto equals = record.find('=');
    if (equals == std::string_view::npos) return false;
    const auto key = record.substr(0, equals), value = record.substr(equals + 1);
    if (key == "path") override.path = std::string(value);
    if (key == "size") {
      uint64_t size = 0;
      if (std::from_chars(value.data(), value.data() + value.size(), size).ptr != value.data() + value.size() || value.empty())
        return false;
      override.size = size;
    }
    text.remove_prefix(length);
  }
  return true;
}

uint64_t padding_of(uint64_t size) { return (kTarBlock - size % kTarBlock) % kTarBlock; }

std::string system_reason() { return std::system_category().message(errno); }

}  // namespace

OpenFile::~OpenFile() {
  if (descriptor > STDERR_FILENO) ::close(descriptor);
}

TarReader::TarReader(const std::filesystem::path& path) : path_(path.string()) {
  const int descriptor = path_ == "-" ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  file_ = std::make_shared<OpenFile>(descriptor);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) throw Error(path_, "cannot be read: " + system_reason());
  if (S_ISDIR(status.st_mode)) throw Error(path_, "is a folder", "a tar archive was expected");
  seekable_ = S_ISREG(status.st_mode) && path_ != "-";
  file_size_ = static_cast<uint64_t>(status.st_size);
}

void TarReader::fail(const std::string& wrong) const {
  throw Error(path_, "damaged archive at byte " + std::to_string(position_) + ": " + wrong);
}

void TarReader::read_exactly(std::byte* target, std::size_t size, const char* what) {
  while (size > 0) {
    const auto count =
        seekable_ ? ::pread(file_->descriptor, target, size, static_cast<off_t>(position_)) : ::read(file_->descriptor, target, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(system_reason());
    if (count == 0) fail(std::string("ends within ") + what);
    target += count;
    size -= static_cast<std::size_t>(count);
    position_ += static_cast<uint64_t>(count);
  }
}

void TarReader::skip(uint64_t size) {
  if (seekable_) {
    if (size > file_size_ - std::min(position_, file_size_)) fail("ends within a member");
    position_ += size;
    return;
  }
  std::vector<std::byte> buffer(1 << 16);
  for (; size > 0; size -= std::min<uint64_t>(size, buffer.size()))
    read_exactly(buffer.data(), std::min<uint64_t>(size, buffer.size()), "a member");
}

std::string TarReader::read_text(uint64_t size, const char* what) {
  if (size > kMaxPaxBytes) fail(std::string(what) + " of " + std::to_string(size) + " bytes");
  std::string text(size, '\0');
  read_exactly(reinterpret_cast<std::byte*>(text.data()), text.size(), what);
  skip(padding_of(size));
  return text;
}

bool TarReader::read_block(std::span<std::byte, kTarBlock> block) {
  if (seekable_) {
    if (position_ >= file_size_) return false;
    read_exactly(block.data(), kTarBlock, "a header");
    return true;
  }
  ssize_t count = 0;
  do count = ::read(file_->descriptor, block.data(), 1);
  while (count < 0 && errno == EINTR);
  if (count < 0) fail(system_reason());
  if (count == 0) return false;
  ++position_;
  read_exactly(block.data() + 1, kTarBlock - 1, "a header");
  return true;
}

TarMember TarReader::take_member(const TarHeader& header, const TarOverride& override) {
  TarMember member{.name = override.path ? *override.path : header.name};
  if (member.name.size() > kMaxNameBytes) fail("a name of " + std::to_string(member.name.size()) + " bytes");
  member.is_folder = header.type == '5' || member.name.ends_with('/');
  member.is_regular = !member.is_folder && (header.type == '0' || header.type == '\0' || header.type == '7');
  const bool has_content = header.type < '1' || header.type > '6';  // links, devices, folders and FIFOs have none
  member.size = has_content ? override.size.value_or(header.size) : 0;
  member.offset = position_;
  if (member.size > kMaxMemberBytes) fail("a member of impossible size");
  if (seekable_) {
    skip(member.size);
    position_ = std::min(position_ + padding_of(member.size), file_size_);
  } else {
    content_left_ = member.size;
    padding_ = padding_of(member.size);
  }
  return member;
}

std::optional<TarMember> TarReader::next() {
  if (ended_) return std::nullopt;
  ended_ = true;  // stays so if anything below throws
  skip(std::exchange(content_left_, 0) + std::exchange(padding_, 0));
  TarOverride override;
  std::array<std::byte, kTarBlock> block;
  bool after_zeros = false;
  while (read_block(block)) {  // many writers leave out the two blocks of zeros at the end
    if (std::all_of(block.begin(), block.end(), [](std::byte value) { return value == std::byte{0}; })) {
      if (after_zeros) return std::nullopt;
      after_zeros = true;
      continue;
    }
    if (!checksum_holds(block))
      fail(position_ == kTarBlock ? "is no tar archive (a compressed one comes through a pipe, as tar:-)" : "no header where one is due");
    const auto size = number(block, 124, 12);
    if (!size) fail("a size that is no number");
    const TarHeader header{.name = ustar_name(block), .type = std::to_integer<char>(block[156]), .size = *size};
    if (header.type == 'L') {
      const auto name = read_text(header.size, "a long name");
      override.path = name.substr(0, name.find('\0'));
    } else if (header.type == 'x') {
      if (!read_pax(read_text(header.size, "an extended header"), override)) fail("an extended header that cannot be read");
    } else if (header.type == 'K' || header.type == 'g') {
      read_text(header.size, "an extended header");
    } else {
      auto member = take_member(header, override);
      ended_ = false;
      return member;
    }
  }
  return std::nullopt;
}

std::vector<std::byte> TarReader::read_content() {
  std::vector<std::byte> content(std::exchange(content_left_, 0));
  try {
    read_exactly(content.data(), content.size(), "a member");
  } catch (const Error&) {
    ended_ = true;
    throw;
  }
  return content;
}

std::vector<std::byte> read_at(const OpenFile& file, uint64_t offset, std::size_t size, const std::string& name) {
  std::vector<std::byte> content(size);
  for (std::size_t filled = 0; filled < size;) {
    const auto count = ::pread(file.descriptor, content.data() + filled, size - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(name, "cannot be read: " + system_reason());
    if (count == 0) throw Error(name, "the archive ends within it");
    filled += static_cast<std::size_t>(count);
  }
  return content;
}

}  // namespace saccade
