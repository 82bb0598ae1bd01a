#include "pipeline/training/tensorboard.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <chrono>
#include <cstring>

#include "data/error.h"
#include "data/pictures/decode.h"

namespace saccade {
namespace {

// Fields of the messages Event, SessionLog, Summary.Value and Summary.Image in TensorFlow's event.proto and summary.proto.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5, kSessionLog = 7 };
enum SessionField { kStatus = 1 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2, kImage = 4 };
enum ImageField { kHeight = 1, kWidth = 2, kColourspace = 3, kEncoded = 4 };
enum class Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

static_assert(std::endian::native == std::endian::little, "event files are little-endian");

template <typename Number>
std::string raw(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::string varint(uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  return bytes + static_cast<char>(number);
}

std::string key(int field, Wire wire) { return varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire)); }
std::string integer_field(int field, int64_t number) { return key(field, Wire::kVarint) + varint(static_cast<uint64_t>(number)); }
std::string bytes_field(int field, std::string_view bytes) { return key(field, Wire::kBytes) + varint(bytes.size()) + std::string(bytes); }

constexpr std::array<uint32_t, 256> crc_table() {
  constexpr uint32_t kReversedPolynomial = 0x82f63b78;
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? kReversedPolynomial : 0);
    table[byte] = rest;
  }
  return table;
}

// A checksum stored beside data that holds checksums is masked, or it could cancel out.
uint32_t masked_crc(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xa282ead8U; }

double seconds_since_1970() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::filesystem::path new_event_file(const std::filesystem::path& folder) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {'h', 'o', 's', 't'};
  // Nanoseconds first, so that names sort by time; the process tells apart what was made at once.
  const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return folder / ("events.out.tfevents." + std::to_string(now / 1'000'000'000) + '.' + host.data() + '.' + std::to_string(::getpid()) +
                   '.' + std::to_string(now % 1'000'000'000));
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  static constexpr auto kTable = crc_table();
  uint32_t crc = 0xffffffff;
  for (const char byte : bytes) crc = kTable[(crc ^ static_cast<uint8_t>(byte)) & 0xff] ^ crc >> 8;
  return ~crc;
}

EventWriter::EventWriter(const std::filesystem::path& folder, int64_t first_step)
    : path_(new_event_file(folder)), file_(path_, std::ios::binary) {
  if (!file_) throw Error(path_.string(), "cannot be written", "expected a folder with room and the right to write");
  write_event(0, bytes_field(kFileVersion, "brain.Event:2"));
  constexpr int64_t kStart = 1;
  if (first_step > 0) write_event(first_step, bytes_field(kSessionLog, integer_field(kStatus, kStart)));
}

void EventWriter::scalar(std::string_view tag, int64_t step, double value) {
  write_summary(tag, step, key(kSimpleValue, Wire::kFixed32) + raw(static_cast<float>(value)));
}

void EventWriter::image(std::string_view tag, int64_t step, const Picture& picture) {
  constexpr int64_t kRgb = 3;
  const auto png = encode_png(picture);
  write_summary(tag, step,
                bytes_field(kImage, integer_field(kHeight, picture.height) + integer_field(kWidth, picture.width) +
                                        integer_field(kColourspace, kRgb) +
                                        bytes_field(kEncoded, {reinterpret_cast<const char*>(png.data()), png.size()})));
}

void EventWriter::write_summary(std::string_view tag, int64_t step, const std::string& value) {
  write_event(step, bytes_field(kSummary, bytes_field(kValue, bytes_field(kTag, tag) + value)));
}

void EventWriter::write_event(int64_t step, const std::string& content) {
  const auto event = key(kWallTime, Wire::kFixed64) + raw(seconds_since_1970()) + integer_field(kStep, step) + content;
  const auto length = raw(static_cast<uint64_t>(event.size()));
  file_ << length << raw(masked_crc(length)) << event << raw(masked_crc(event)) << std::flush;
  if (!file_) throw Error(path_.string(), "cannot be written", "is the disk full?");
}

}  // namespace saccade
