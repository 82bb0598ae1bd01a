#include "data/pictures/header.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "data/pictures/byte_reader.h"
#include "data/pictures/exif.h"

namespace saccade {
namespace {

// JPEG, ITU T.81 annex B.

int64_t count_scans(std::span<const std::byte> bytes) {
  int64_t scans = 0;
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) scans += bytes[at] == std::byte{0xff} && bytes[at + 1] == std::byte{0xda};
  return scans;
}

// The next marker and where its content begins, as libjpeg looks for it: whatever stands before an 0xff is skipped.
struct Marker {
  uint32_t code;
  std::size_t content;
};

Marker next_marker(const ByteReader& reader, std::size_t at) {
  for (;; ++at) {
    while (reader.u8(at) != 0xff) ++at;
    while (reader.u8(at) == 0xff) ++at;
    if (const auto code = reader.u8(at); code != 0) return {code, at + 1};
  }
}

bool stands_alone(uint32_t marker) { return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8); }
bool is_frame(uint32_t marker) { return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc; }

void read_frame(PictureHeader& header, const ByteReader& reader, const Marker& marker) {
  if (marker.code != 0xc0 && marker.code != 0xc1 && marker.code != 0xc2 && marker.code != 0xc9 && marker.code != 0xca) {
    throw DecodeFailure("is lossless or hierarchical JPEG, which is not read");
  }
  if (const auto bits = reader.u8(marker.content + 2); bits != 8)
    throw DecodeFailure("is JPEG of " + std::to_string(bits) + " bits, which is not read");
  header.height = reader.u16(marker.content + 3);
  header.width = reader.u16(marker.content + 5);
  header.components = static_cast<int>(reader.u8(marker.content + 7));
}

PictureHeader read_jpeg_header(const ByteReader& reader) {
  PictureHeader header;
  bool frame_seen = false;
  for (std::size_t at = 2;;) {
    const auto marker = next_marker(reader, at);
    at = marker.content;
    if (stands_alone(marker.code)) continue;
    if (marker.code == 0xd9) throw DecodeFailure("is JPEG without a picture");
    const std::size_t length = reader.u16(at);
    if (length < 2) throw DecodeFailure("is damaged JPEG: a segment of impossible length");
    if (marker.code == 0xda) break;
    if (is_frame(marker.code) && !frame_seen) {
      read_frame(header, reader, marker);
      frame_seen = true;
    }
    if (marker.code == 0xe1 && reader.has(at + 2, "Exif"))
      header.orientation = exif_orientation(reader.part(at + 8, length - std::min<std::size_t>(length, 8)));
    if (marker.code == 0xee && reader.has(at + 2, "Adobe")) header.is_adobe = true;
    at += length;
    if (at >= reader.bytes.size()) throw DecodeFailure("ends within its header");
  }
  if (!frame_seen) throw DecodeFailure("is JPEG without a frame header");
  header.scans = count_scans(reader.bytes);
  return header;
}

// PNG: IHDR comes first by the standard; eXIf stands anywhere before IEND.
PictureHeader read_png_header(const ByteReader& reader) {
  if (!reader.has(12, "IHDR")) throw DecodeFailure("is PNG without its header");
  PictureHeader header{.width = reader.u32(16), .height = reader.u32(20)};
  for (std::size_t at = 8; at + 12 <= reader.bytes.size();) {
    const std::size_t length = reader.u32(at);
    if (reader.has(at + 4, "eXIf")) header.orientation = exif_orientation(reader.part(at + 8, length));
    at += 12 + length;
  }
  return header;
}

// WebP: a RIFF of chunks; the first is VP8 (lossy), VP8L (lossless) or VP8X (extended).
PictureHeader read_webp_header(ByteReader reader) {
  reader.big_endian = false;
  PictureHeader header;
  if (reader.has(12, "VP8X")) {
    header.is_animated = (reader.u8(20) & 0x02) != 0;
    header.width = 1 + reader.u24(24);
    header.height = 1 + reader.u24(27);
    for (std::size_t at = 12; at + 8 <= reader.bytes.size();) {
      const std::size_t length = reader.u32(at + 4);
      if (reader.has(at, "EXIF")) {
        const std::size_t prefix = reader.has(at + 8, "Exif") ? 6 : 0;  // some writers keep JPEG's prefix
        header.orientation = exif_orientation(reader.part(at + 8 + prefix, length - std::min(length, prefix)));
      }
      at += 8 + length + length % 2;
    }
  } else if (reader.has(12, "VP8L")) {
    const auto sizes = reader.u32(21);
    header.width = 1 + (sizes & 0x3fff);
    header.height = 1 + (sizes >> 14 & 0x3fff);
  } else if (reader.has(12, "VP8 ")) {
    header.width = reader.u16(26) & 0x3fff;
    header.height = reader.u16(28) & 0x3fff;
  } else {
    throw DecodeFailure("is WebP of an unknown kind");
  }
  return header;
}

PictureHeader read_bmp_header(ByteReader reader) {
  reader.big_endian = false;
  if (reader.u32(14) == 12) return {.width = reader.u16(18), .height = reader.u16(20)};
  return {.width = static_cast<int32_t>(reader.u32(18)), .height = std::abs(int64_t{static_cast<int32_t>(reader.u32(22))})};
}

PictureHeader read_gif_header(ByteReader reader) {
  reader.big_endian = false;
  return {.width = reader.u16(6), .height = reader.u16(8)};
}

// TIFF 6.0, first directory.
PictureHeader read_tiff_header(ByteReader reader) {
  reader.big_endian = reader.has(0, "MM");
  const std::size_t directory = reader.u32(4);
  const auto entries = reader.u16(directory);
  PictureHeader header;
  int64_t tile_width = 0, tile_height = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    const auto entry = directory + 2 + 12 * i;
    const auto tag = reader.u16(entry);
    int64_t* side = nullptr;
    if (tag == 256) side = &header.width;
    if (tag == 257) side = &header.height;
    if (tag == 322) side = &tile_width;
    if (tag == 323) side = &tile_height;
    if (!side) continue;
    const auto type = reader.u16(entry + 2);
    *side = std::max<int64_t>(*side, type == 3 ? reader.u16(entry + 8) : reader.u32(entry + 8));
  }
  if (header.width == 0 || header.height == 0) throw DecodeFailure("is TIFF without a size");
  // Tiles may stand over the edge, but memory is taken for whole ones.
  header.width = std::max(header.width, tile_width);
  header.height = std::max(header.height, tile_height);
  return header;
}

}  // namespace

PictureHeader read_picture_header(PictureFormat format, std::span<const std::byte> bytes) {
  const ByteReader reader{bytes};
  switch (format) {
    case PictureFormat::kJpeg:
      return read_jpeg_header(reader);
    case PictureFormat::kPng:
      return read_png_header(reader);
    case PictureFormat::kWebp:
      return read_webp_header(reader);
    case PictureFormat::kBmp:
      return read_bmp_header(reader);
    case PictureFormat::kGif:
      return read_gif_header(reader);
    case PictureFormat::kTiff:
      return read_tiff_header(reader);
    case PictureFormat::kNone:
      break;
  }
  throw DecodeFailure(describe_content(bytes));
}

}  // namespace saccade
