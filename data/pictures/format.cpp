#include "data/pictures/format.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "data/pictures/byte_reader.h"

namespace saccade {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  std::string_view meaning;
};

constexpr std::array kForeign{
    Signature{0, "%PDF"sv, "is a PDF document"},
    Signature{0, "PK\3\4"sv, "is a ZIP archive"},
    Signature{0, "\x1f\x8b"sv, "is compressed with gzip"},
    Signature{0, "\x28\xb5\x2f\xfd"sv, "is compressed with zstd"},
    Signature{0, "Rar!"sv, "is a RAR archive"},
    Signature{0, "8BPS"sv, "is a Photoshop document"},
    Signature{0, "\0\0\0\x0cJXL "sv, "is JPEG XL, which is not read"},
    Signature{0, "\xff\x0a"sv, "is JPEG XL, which is not read"},
    Signature{0, "\0\0\0\x0cjP  "sv, "is JPEG 2000, which is not read"},
    Signature{0, "\xff\x4f\xff\x51"sv, "is JPEG 2000, which is not read"},
    Signature{4, "ftypavif"sv, "is AVIF, which is not read"},
    Signature{4, "ftyphei"sv, "is HEIC, which is not read"},
    Signature{4, "ftypmif1"sv, "is HEIC, which is not read"},
    Signature{4, "ftyp"sv, "is a video"},
    Signature{0, "\x1a\x45\xdf\xa3"sv, "is a video"},
    Signature{0, "II+\0"sv, "is BigTIFF, which is not read"},
    Signature{0, "MM\0+"sv, "is BigTIFF, which is not read"},
    Signature{0, "version https://git-lfs"sv, "is a Git LFS pointer, not the file itself"},
    Signature{257, "ustar"sv, "is a tar archive"},
};

constexpr std::array kTexts{
    Signature{0, "<!doctype html"sv, "looks like an HTML page"},
    Signature{0, "<html"sv, "looks like an HTML page"},
    Signature{0, "<head"sv, "looks like an HTML page"},
    Signature{0, "<svg"sv, "looks like SVG, which is not read"},
    Signature{0, "<?xml"sv, "looks like XML"},
    Signature{0, "{"sv, "looks like JSON"},
    Signature{0, "["sv, "looks like JSON"},
};

bool is_text(unsigned char c) { return c >= 0x80 || std::isprint(c) || std::isspace(c); }

}  // namespace

bool has_picture_extension(std::string_view name) {
  constexpr std::array<std::string_view, 11> kExtensions{"jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "bmp", "gif", "tif", "tiff"};
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const auto extension = name.substr(dot + 1);
  return std::any_of(kExtensions.begin(), kExtensions.end(), [&](std::string_view known) {
    return std::equal(extension.begin(), extension.end(), known.begin(), known.end(),
                      [](unsigned char a, char b) { return std::tolower(a) == b; });
  });
}

PictureFormat picture_format(std::span<const std::byte> bytes) {
  const ByteReader reader{bytes};
  if (reader.has(0, "\xff\xd8\xff")) return PictureFormat::kJpeg;
  if (reader.has(0, "\x89PNG\r\n\x1a\n")) return PictureFormat::kPng;
  if (reader.has(0, "RIFF") && reader.has(8, "WEBP")) return PictureFormat::kWebp;
  if (reader.has(0, "BM")) return PictureFormat::kBmp;
  if (reader.has(0, "GIF87a") || reader.has(0, "GIF89a")) return PictureFormat::kGif;
  if (reader.has(0, "II*\0"sv) || reader.has(0, "MM\0*"sv)) return PictureFormat::kTiff;
  return PictureFormat::kNone;
}

std::string describe_content(std::span<const std::byte> bytes) {
  if (bytes.empty()) return "is empty";
  for (const auto& [at, signature, meaning] : kForeign) {
    if (ByteReader{bytes}.has(at, signature)) return std::string(meaning);
  }
  std::string start(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 512));
  const bool text = std::all_of(start.begin(), start.end(), is_text);
  if (start.starts_with("\xef\xbb\xbf")) start.erase(0, 3);
  start.erase(0, std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  std::transform(start.begin(), start.end(), start.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& [at, signature, meaning] : kTexts) {
    if (text && start.starts_with(signature)) return std::string(meaning);
  }
  if (text) return "looks like text";
  if (std::all_of(bytes.begin(), bytes.end(), [](std::byte value) { return value == std::byte{0}; })) return "holds only zeros";
  return "is no picture";
}

}  // namespace saccade
