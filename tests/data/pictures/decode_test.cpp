#include "data/pictures/decode.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <functional>

#include "data/error.h"
#include "tests/data/pictures/made_pictures.h"
#include "tests/support/test_data.h"

namespace saccade {
namespace {

/// "" if the bytes decode, else the message.
std::string verdict_on(const Bytes& bytes, const DecodeLimits& limits = {}) {
  try {
    decode_picture(bytes, "x", limits);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Bytes fixture_bytes(const std::string& name) { return read_picture_file(fixture("pictures") / name); }

Bytes patched(Bytes bytes, std::size_t at, std::initializer_list<int> values) {
  for (const int value : values) bytes.at(at++) = static_cast<std::byte>(value);
  return bytes;
}

Picture read_ppm(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string magic;
  Picture picture;
  int most = 0;
  file >> magic >> picture.width >> picture.height >> most;
  file.get();
  picture.rgb.resize(3 * static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height));
  file.read(reinterpret_cast<char*>(picture.rgb.data()), static_cast<std::streamsize>(picture.rgb.size()));
  return picture;
}

TEST(DecodePicture, ReadsEveryKindOfPictureAsPillowDoes) {
  int kinds = 0;
  for (const auto& entry : std::filesystem::directory_iterator(fixture("pictures"))) {
    const auto reference = entry.path().string() + ".ppm";
    if (!std::filesystem::exists(reference)) continue;
    ++kinds;
    const auto decoded = read_picture(entry.path());
    // Lossy codecs may round otherwise in another build of the same library.
    const bool lossy = entry.path().extension() == ".jpg" || entry.path().extension() == ".webp";
    EXPECT_LE(largest_difference(decoded.picture, read_ppm(reference)), lossy ? 2 : 0) << entry.path();
    EXPECT_TRUE(decoded.warnings.empty()) << entry.path();
  }
  EXPECT_EQ(kinds, 26);
}

TEST(DecodePicture, ObeysAllEightOrientations) {
  // Stored: red in the first row's first column, green in its last. EXIF 2.3, 4.6.4: on which side of the picture the first row and the
  // first column lie.
  Picture stored{.width = 48, .height = 32, .rgb = std::vector<uint8_t>(3 * 48 * 32, 40)};
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) stored.rgb[3 * static_cast<std::size_t>(48 * y + x)] = 250;
    for (int x = 32; x < 48; ++x) stored.rgb[3 * static_cast<std::size_t>(48 * y + x) + 1] = 250;
  }
  const auto jpeg = encode_jpeg(stored, 95);
  struct Corner {
    int right, bottom;
  };
  constexpr std::array<Corner, 8> kRed{{{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  constexpr std::array<Corner, 8> kGreen{{{1, 0}, {0, 0}, {0, 1}, {1, 1}, {0, 1}, {1, 1}, {1, 0}, {0, 0}}};
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const auto picture = decode_picture(with_orientation(jpeg, orientation), "x").picture;
    EXPECT_EQ(picture.width, orientation <= 4 ? 48 : 32);
    EXPECT_EQ(picture.height, orientation <= 4 ? 32 : 48);
    const auto i = static_cast<std::size_t>(orientation - 1);
    const auto at = [&](Corner corner) {
      return pixel(picture, corner.right ? picture.width - 4 : 3, corner.bottom ? picture.height - 4 : 3);
    };
    EXPECT_GT(at(kRed[i])[0], 200) << orientation;
    EXPECT_GT(at(kGreen[i])[1], 200) << orientation;
  }
  for (const int nonsense : {0, 9, 255}) EXPECT_EQ(decode_picture(with_orientation(jpeg, nonsense), "x").picture.width, 48);
}

TEST(DecodePicture, SaysHowMuchOfACutJpegIsMissing) {
  const auto jpeg = read_picture_file(fixture("photos/coffee.jpg"));
  int refused = 0, warned = 0;
  for (std::size_t percent = 1; percent < 100; ++percent) {
    const Bytes cut(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(jpeg.size() * percent / 100));
    try {
      const auto decoded = decode_picture(cut, "x");
      ASSERT_EQ(decoded.warnings.size(), 1U) << percent << " %";
      EXPECT_GT(percent, 30U);  // a third of the bytes is never more than half of this picture
      EXPECT_TRUE(percent >= 95 || mentions(decoded.warnings[0], "is missing")) << decoded.warnings[0];
      ++warned;
    } catch (const Error& error) {
      EXPECT_LT(percent, 70U) << error.what();
      ++refused;
    }
  }
  EXPECT_EQ(refused + warned, 99);
  EXPECT_GT(warned, 25);
  EXPECT_GT(refused, 25);
}

TEST(DecodePicture, RefusesEveryCutOfFormatsWithoutRepair) {
  for (const auto* name : {"alpha.png", "palette.bmp", "alpha.webp", "fax.tif"}) {
    const auto whole = fixture_bytes(name);
    for (std::size_t percent = 0; percent < 90; percent += 3) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * percent / 100));
      EXPECT_NE(verdict_on(cut), "") << name << " at " << percent << " %";
    }
  }
}

TEST(DecodePicture, ChecksSizesBeforeItTakesMemory) {
  const auto size_of_jpeg = [](const Bytes& jpeg) {
    for (std::size_t at = 2;; at += 2 + (std::to_integer<std::size_t>(jpeg[at + 2]) << 8 | std::to_integer<std::size_t>(jpeg[at + 3]))) {
      if (const auto marker = std::to_integer<int>(jpeg.at(at + 1)); marker == 0xc0 || marker == 0xc2) return at + 5;
    }
  };
  const auto jpeg = fixture_bytes("grey.jpg");
  EXPECT_TRUE(mentions(verdict_on(patched(jpeg, size_of_jpeg(jpeg), {0xff, 0xdc, 0xff, 0xdc})), "65500 x 65500 pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(jpeg, size_of_jpeg(jpeg), {0, 0})), "53 x 0 pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(fixture_bytes("alpha.png"), 16, {0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30})), "30000 x 30000 pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(fixture_bytes("alpha.png"), 16, {0xff, 0xff, 0xff, 0xff})), "pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(fixture_bytes("animated.webp"), 24, {0xff, 0xff, 0xff})), "16777216 x 37 pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(fixture_bytes("palette.bmp"), 18, {0, 0, 1, 0})), "65536 x 37 pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(fixture_bytes("palette.bmp"), 22, {0, 0, 0, 0x80})), "x 2147483648 pixels"));
  EXPECT_TRUE(mentions(verdict_on(patched(fixture_bytes("animated.gif"), 6, {0xff, 0xff, 0xff, 0xff})), "65535 x 65535 pixels"));
  EXPECT_TRUE(mentions(verdict_on(fixture_bytes("cmyk.tif"), {.max_side = 50}), "53 x 37 pixels"));
  EXPECT_TRUE(mentions(verdict_on(fixture_bytes("alpha.png"), {.max_pixels = 53 * 37 - 1}), "53 x 37 pixels"));
  EXPECT_TRUE(mentions(verdict_on(fixture_bytes("alpha.png"), {.max_file_bytes = 100}), "bytes"));
}

TEST(DecodePicture, RefusesManyScansOverManyPixels) {
  auto jpeg = fixture_bytes("progressive.jpg");
  const auto scan = bytes_of("\xff\xda");
  auto begin = std::search(jpeg.begin(), jpeg.end(), scan.begin(), scan.end());
  const Bytes first_scan(begin, std::search(begin + 2, jpeg.end(), scan.begin(), scan.end()));
  const auto frame = bytes_of("\xff\xc2");
  const auto size_at = static_cast<std::size_t>(std::search(jpeg.begin(), jpeg.end(), frame.begin(), frame.end()) - jpeg.begin()) + 5;
  jpeg = patched(std::move(jpeg), size_at, {0x23, 0x28, 0x23, 0x28});  // 9000 x 9000
  jpeg.resize(jpeg.size() - 2);
  for (int i = 0; i < 300; ++i) jpeg.insert(jpeg.end(), first_scan.begin(), first_scan.end());
  EXPECT_TRUE(mentions(verdict_on(jpeg), "scans, too many for its size"));
}

TEST(DecodePicture, NamesWhatIsNoPicture) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "is empty"},
      {"\n <!DOCTYPE html><html><body>404 Not Found", "HTML page"},
      {"\xef\xbb\xbf<html>", "HTML page"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", "XML"},
      {"{\"error\": \"rate limit\"}", "JSON"},
      {"%PDF-1.4", "PDF"},
      {"PK\3\4....", "ZIP"},
      {"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"},
      {std::string("\0\0\0\x1c"
                   "ftypheic\0\0",
                   14),
       "HEIC"},
      {std::string("\0\0\0\x1c"
                   "ftypavif\0\0",
                   14),
       "AVIF"},
      {"just words", "text"},
      {std::string(1000, '\0'), "only zeros"},
      {"\x01\x02\x03\x04 what", "no picture"},
      {"\xff\xd8\xff", "header"},
      {"GIF89a", "header"},
      {"\x89PNG\r\n\x1a\n", "header"},
      {"BM", "header"},
      {std::string("II*\0", 4), "header"},
  };
  for (const auto& [content, expected] : cases)
    EXPECT_TRUE(mentions(verdict_on(bytes_of(content)), expected)) << expected << " <- " << verdict_on(bytes_of(content));
}

TEST(DecodePicture, NamesTheFileInEveryError) {
  for (const auto* content : {"", "<html>", "\xff\xd8\xff\xd9"}) {
    try {
      decode_picture(bytes_of(content), "folder/name.jpg");
      FAIL();
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with("folder/name.jpg: ")) << error.what();
    }
  }
}

TEST(ReadPicture, RefusesWhatIsNoRegularFileWithoutWaiting) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "fifo.jpg").c_str(), 0600), 0);
  std::filesystem::create_directory(folder / "folder.jpg");
  std::filesystem::create_symlink("loop.jpg", folder / "loop.jpg");
  write_text(folder / "empty.jpg", "");
  const std::vector<std::pair<std::string, std::string>> cases = {{"fifo.jpg", "no regular file"},
                                                                  {"folder.jpg", "is a folder"},
                                                                  {"loop.jpg", "cannot be read"},
                                                                  {"empty.jpg", "is empty"},
                                                                  {"absent.jpg", "cannot be read"}};
  for (const auto& [name, expected] : cases) {
    try {
      read_picture(folder / name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_TRUE(mentions(error.what(), expected)) << error.what();
    }
  }
  EXPECT_THROW(read_picture("/dev/zero"), Error);
}

TEST(ReadPicture, GoesByContentNotByName) {
  const TemporaryFolder folder;
  write_bytes(folder / "a.jpg", fixture_bytes("alpha.png"));
  std::filesystem::create_symlink("a.jpg", folder / "link.gif");
  EXPECT_EQ(read_picture(folder / "link.gif").picture.width, 53);
}

TEST(EncodePicture, LosesNothingInPngAndLittleInJpeg) {
  const auto picture = gradient_picture(61, 43);
  EXPECT_EQ(largest_difference(decode_picture(encode_png(picture), "x").picture, picture), 0);
  EXPECT_LE(largest_difference(decode_picture(encode_jpeg(picture, 95), "x").picture, picture),
            6);  // quality 95 quantises smooth colours by about that
}

/// One of five kinds of damage.
Bytes damaged(Bytes bytes, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random()) % std::max<std::size_t>(end, 1); };
  const auto at = [&](std::size_t i) { return bytes.begin() + static_cast<std::ptrdiff_t>(i); };
  switch (below(5)) {
    case 0:
      bytes.resize(below(bytes.size()));
      break;
    case 1:
      for (std::size_t i = 0; i <= below(20); ++i) bytes[below(bytes.size())] = static_cast<std::byte>(random());
      break;
    case 2:
      for (int i = 0; i < 2; ++i)
        bytes[below(std::min<std::size_t>(bytes.size(), 100))] = static_cast<std::byte>(random() % 3 == 0 ? 0xff : random());
      break;
    case 3: {
      const auto begin = below(bytes.size());
      bytes.erase(at(begin), at(begin + below(bytes.size() - begin)));
      break;
    }
    default: {
      const Bytes copy(at(below(bytes.size())), bytes.end());
      bytes.insert(at(below(bytes.size())), copy.begin(), copy.end());
    }
  }
  return bytes;
}

// Run under AddressSanitizer, this is the test that the codecs are called safely.
TEST(DecodePicture, SurvivesThousandsOfDamagedFilesAndJudgesThemTheSameTwice) {
  std::mt19937 random(20);
  double slowest = 0;
  int refused = 0, total = 0;
  for (const auto* name :
       {"chroma-422.jpg", "progressive.jpg", "cmyk.jpg", "alpha.png", "palette-alpha.png", "alpha.webp", "animated-alpha.webp",
        "lossy.webp", "padded.bmp", "palette.bmp", "interlaced.gif", "animated.gif", "cmyk.tif", "fax.tif"}) {
    const auto whole = fixture_bytes(name);
    for (int round = 0; round < 500; ++round, ++total) {
      const auto bytes = damaged(whole, random);
      const auto start = std::chrono::steady_clock::now();
      // A side of 4096 keeps the few lying headers that are within the limits quick.
      const DecodeLimits limits{.max_side = 4096};
      const auto verdict = verdict_on(bytes, limits);
      slowest = std::max(slowest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      refused += verdict.empty() ? 0 : 1;
      EXPECT_TRUE(round % 8 != 0 || verdict_on(bytes, limits) == verdict) << name << " round " << round;
    }
  }
  EXPECT_LT(slowest, 5) << "seconds";  // the deadline of one picture; usually below 0.1
  EXPECT_GT(refused, total / 4);
  EXPECT_LT(refused, total);
}

}  // namespace
}  // namespace saccade
