#include "pipeline/training/tensorboard.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <map>

#include "data/error.h"
#include "data/pictures/decode.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

/// One message of protocol buffers, as bytes by field number; numbers as their own bytes.
using Message = std::multimap<int, std::string>;

uint64_t read_varint(std::string_view& bytes) {
  uint64_t number = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.at(0));
    bytes.remove_prefix(1);
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
}

Message read_message(std::string_view bytes) {
  Message message;
  while (!bytes.empty()) {
    const auto key = read_varint(bytes);
    std::size_t size = 0;
    switch (key & 7) {
      case 0: {
        const auto number = read_varint(bytes);
        message.emplace(key >> 3, std::to_string(number));
        continue;
      }
      case 1:
        size = 8;
        break;
      case 2:
        size = read_varint(bytes);
        break;
      case 5:
        size = 4;
        break;
      default:
        throw std::runtime_error("unknown wire type");
    }
    if (size > bytes.size()) throw std::runtime_error("a field beyond the end");
    message.emplace(key >> 3, bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return message;
}

const std::string& field(const Message& message, int number) {
  const auto found = message.find(number);
  if (found == message.end()) throw std::runtime_error("no field " + std::to_string(number));
  return found->second;
}

template <typename Number>
Number number_at(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.substr(0, sizeof number).data(), sizeof number);
  return number;
}

/// The events of a file; both checksums of each are checked.
std::vector<Message> read_events(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(file), {});
  const auto masked = [](std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xa282ead8U; };
  std::vector<Message> events;
  for (std::string_view rest = content; !rest.empty();) {
    const auto length = number_at<uint64_t>(rest);
    EXPECT_EQ(number_at<uint32_t>(rest.substr(8)), masked(rest.substr(0, 8)));
    const auto event = rest.substr(12, length);
    EXPECT_EQ(number_at<uint32_t>(rest.substr(12 + length)), masked(event));
    events.push_back(read_message(event));
    rest.remove_prefix(16 + length);
  }
  return events;
}

Picture two_pixels() { return {.width = 2, .height = 1, .rgb = {255, 0, 0, 0, 0, 255}}; }

TEST(Crc32c, GivesTheCheckValuesOfItsStandard) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);              // the check value of CRC-32C in catalogues of CRCs
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);    // RFC 3720, B.4: 32 bytes of zeros
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);  // 32 bytes of ones
}

TEST(EventWriter, WritesScalarsAndImagesThatReadBack) {
  const TemporaryFolder folder;
  EventWriter writer(folder.path());
  writer.scalar("loss/train", 300, 0.5);
  writer.image("attention", 7, two_pixels());
  const auto events = read_events(writer.path());
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(field(events[0], 3), "brain.Event:2");
  EXPECT_GT(number_at<double>(field(events[0], 1)), 1.7e9);  // seconds since 1970: after 2023

  EXPECT_EQ(field(events[1], 2), "300");
  const auto value = read_message(field(read_message(field(events[1], 5)), 1));
  EXPECT_EQ(field(value, 1), "loss/train");
  EXPECT_EQ(number_at<float>(field(value, 2)), 0.5F);

  const auto image = read_message(field(read_message(field(read_message(field(events[2], 5)), 1)), 4));
  EXPECT_EQ(field(image, 1), "1");
  EXPECT_EQ(field(image, 2), "2");
  const auto& png = field(image, 4);
  EXPECT_EQ(decode_picture(std::as_bytes(std::span(png)), "event").picture.rgb, two_pixels().rgb);
}

TEST(EventWriter, TellsWhereAResumedTrainingGoesOn) {
  const TemporaryFolder folder;
  const EventWriter writer(folder.path(), 1000);
  const auto events = read_events(writer.path());
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(field(events[1], 2), "1000");
  EXPECT_EQ(field(read_message(field(events[1], 7)), 1), "1");
}

TEST(EventWriter, MakesAFileOfItsOwnEachTime) {
  const TemporaryFolder folder;
  EXPECT_NE(EventWriter(folder.path()).path(), EventWriter(folder.path()).path());
  EXPECT_THROW(EventWriter(folder / "absent"), Error);
}

TEST(EventWriter, IsReadByTensorBoard) {
  const TemporaryFolder folder;
  {
    EventWriter killed(folder.path());
    killed.scalar("loss", 1, 2.0);
    killed.scalar("loss", 2, 9.0);
    EventWriter resumed(folder.path(), 2);
    resumed.scalar("loss", 2, 1.5);
    resumed.image("picture", 2, two_pixels());
  }
  const std::string script =
      "import sys\n"
      "try:\n"
      "    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator\n"
      "except ImportError:\n"
      "    sys.exit(print('absent'))\n"
      "events = EventAccumulator(sys.argv[1])\n"
      "events.Reload()\n"
      "print([(e.step, e.value) for e in events.Scalars('loss')], [(i.width, i.height) for i in events.Images('picture')])\n";
  std::ofstream(folder / "read.py") << script;
  const auto command = "python3 '" + (folder / "read.py").string() + "' '" + folder.path().string() + "' 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::array<char, 512> line{};
  const bool answered = std::fgets(line.data(), line.size(), pipe) != nullptr;
  ::pclose(pipe);
  if (!answered || std::string_view(line.data()) == "absent\n") GTEST_SKIP() << "Python's tensorboard package is absent";
  EXPECT_STREQ(line.data(), "[(1, 2.0), (2, 1.5)] [(2, 1)]\n");
}

}  // namespace
}  // namespace saccade
