#include "data/files/zip_archive.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "data/error.h"

namespace saccade {
namespace {

constexpr uint32_t kLocalHeader = 0x04034b50, kDirectoryEntry = 0x02014b50, kDirectoryEnd = 0x06054b50, kDirectoryEnd64 = 0x06064b50,
                   kDirectoryLocator64 = 0x07064b50;
constexpr std::size_t kLocalHeaderBytes = 30, kEntryBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kLocatorBytes = 20,
                      kMaxCommentBytes = 0xffff;
constexpr uint64_t kMaxRecords = 200'000, kIn64 = 0xffffffff, kCountIn64 = 0xffff;
constexpr uint16_t kExtra64 = 0x0001, kEncrypted = 1;

/// Little-endian numbers at places of the file; a place outside of it is an error.
class Bytes {
 public:
  Bytes(std::span<const std::byte> file, const std::string& where) : file_(file), where_(where) {}

  std::size_t size() const { return file_.size(); }
  std::span<const std::byte> part(uint64_t begin, uint64_t length) const {
    if (begin > file_.size() || length > file_.size() - begin) fail("it points outside of itself; it may be cut short");
    return file_.subspan(begin, length);
  }
  uint64_t number(uint64_t place, std::size_t bytes) const {
    uint64_t value = 0;
    const auto digits = part(place, bytes);
    for (std::size_t i = 0; i < bytes; ++i) value |= std::to_integer<uint64_t>(digits[i]) << (8 * i);
    return value;
  }
  std::string text(uint64_t place, uint64_t length) const {
    const auto letters = part(place, length);
    return {reinterpret_cast<const char*>(letters.data()), letters.size()};
  }
  [[noreturn]] void fail(const std::string& wrong) const { throw Error(where_, "no valid ZIP archive: " + wrong); }

 private:
  std::span<const std::byte> file_;
  const std::string& where_;
};

struct Directory {
  uint64_t place = 0, bytes = 0, records = 0;
};

struct Entry {
  std::string name;
  uint64_t compressed = 0, size = 0, header = 0;
  uint32_t checksum = 0;
};

std::size_t find_end(const Bytes& file) {
  if (file.size() < kEndBytes) file.fail("it is too short");
  const auto last = file.size() - kEndBytes;
  for (auto place = last; place + kMaxCommentBytes >= last; --place) {
    if (file.number(place, 4) == kDirectoryEnd && file.number(place + 20, 2) == last - place) return place;
    if (place == 0) break;
  }
  file.fail("its end is missing; it may be cut short");
}

Directory find_directory(const Bytes& file) {
  const auto end = find_end(file);
  Directory directory{.place = file.number(end + 16, 4), .bytes = file.number(end + 12, 4), .records = file.number(end + 10, 2)};
  const bool needs_64 = directory.place == kIn64 || directory.bytes == kIn64 || directory.records == kCountIn64;
  if (end >= kLocatorBytes && file.number(end - kLocatorBytes, 4) == kDirectoryLocator64) {
    const auto end_64 = file.number(end - kLocatorBytes + 8, 8);
    if (file.part(end_64, kEnd64Bytes).empty() || file.number(end_64, 4) != kDirectoryEnd64) file.fail("its 64-bit end is missing");
    directory = {.place = file.number(end_64 + 48, 8), .bytes = file.number(end_64 + 40, 8), .records = file.number(end_64 + 32, 8)};
  } else if (needs_64) {
    file.fail("its 64-bit end is missing");
  }
  if (directory.records > kMaxRecords) file.fail("it has more than " + std::to_string(kMaxRecords) + " records");
  file.part(directory.place, directory.bytes);
  return directory;
}

/// Sizes that do not fit into 32 bits stand in an extra field, in a fixed order, those only.
void read_extra_64(const Bytes& file, uint64_t place, uint64_t length, Entry& entry) {
  for (const auto end = place + length; place + 4 <= end;) {
    const auto kind = file.number(place, 2), bytes = file.number(place + 2, 2);
    place += 4;
    if (place + bytes > end) file.fail("an extra field is too long");
    if (kind == kExtra64) {
      auto next = place;
      for (auto* value : {&entry.size, &entry.compressed, &entry.header}) {
        if (*value != kIn64) continue;
        if (next + 8 > place + bytes) file.fail("a 64-bit size is missing");
        *value = file.number(std::exchange(next, next + 8), 8);
      }
    }
    place += bytes;
  }
}

Entry read_entry(const Bytes& file, uint64_t& place) {
  file.part(place, kEntryBytes);
  if (file.number(place, 4) != kDirectoryEntry) file.fail("its directory is damaged");
  const auto flags = file.number(place + 8, 2), method = file.number(place + 10, 2);
  const auto name_bytes = file.number(place + 28, 2), extra_bytes = file.number(place + 30, 2), comment_bytes = file.number(place + 32, 2);
  Entry entry{.name = file.text(place + kEntryBytes, name_bytes),
              .compressed = file.number(place + 20, 4),
              .size = file.number(place + 24, 4),
              .header = file.number(place + 42, 4),
              .checksum = static_cast<uint32_t>(file.number(place + 16, 4))};
  read_extra_64(file, place + kEntryBytes + name_bytes, extra_bytes, entry);
  if (flags & kEncrypted) file.fail("a record is encrypted");
  if (method != 0 || entry.compressed != entry.size) file.fail("a record is compressed, which torch.save never does");
  place += kEntryBytes + name_bytes + extra_bytes + comment_bytes;
  return entry;
}

std::span<const std::byte> find_content(const Bytes& file, const Entry& entry) {
  file.part(entry.header, kLocalHeaderBytes);
  const auto name_bytes = file.number(entry.header + 26, 2), extra_bytes = file.number(entry.header + 28, 2);
  const bool agrees = file.number(entry.header, 4) == kLocalHeader &&
                      file.text(entry.header + kLocalHeaderBytes, name_bytes) == entry.name && file.number(entry.header + 8, 2) == 0;
  if (!agrees) file.fail("the two headers of a record disagree");
  return file.part(entry.header + kLocalHeaderBytes + name_bytes + extra_bytes, entry.size);
}

void check_apart(std::vector<std::span<const std::byte>> parts, const Bytes& file) {
  std::sort(parts.begin(), parts.end(), [](const auto& left, const auto& right) { return left.data() < right.data(); });
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i - 1].data() + parts[i - 1].size() > parts[i].data()) file.fail("two records lie over one another");
  }
}

}  // namespace

std::map<std::string, ZipRecord> read_stored_zip(std::span<const std::byte> bytes, const std::string& where) {
  const Bytes file(bytes, where);
  const auto directory = find_directory(file);
  std::map<std::string, ZipRecord> records;
  std::vector<std::span<const std::byte>> parts;
  auto place = directory.place;
  for (uint64_t i = 0; i < directory.records; ++i) {
    auto entry = read_entry(file, place);
    const ZipRecord record{.bytes = find_content(file, entry), .checksum = entry.checksum};
    if (!record.bytes.empty()) parts.push_back(record.bytes);
    if (!records.emplace(std::move(entry.name), record).second) file.fail("two records have one name");
  }
  if (place != directory.place + directory.bytes) file.fail("its directory has another size than it says");
  check_apart(std::move(parts), file);
  return records;
}

void check_zip_record(const std::string& name, const ZipRecord& record, const std::string& where) {
  if (record.checksum == 0) return;  // torch.serialization.set_crc32_options(False) writes none
  uLong checksum = crc32_z(0, nullptr, 0);
  checksum = crc32_z(checksum, reinterpret_cast<const Bytef*>(record.bytes.data()), record.bytes.size());
  if (checksum != record.checksum) throw Error(where, "its record '" + name + "' is damaged", "copy or download it again");
}

}  // namespace saccade
