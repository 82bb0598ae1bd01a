#include <gif_lib.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "data/pictures/byte_reader.h"
#include "data/pictures/codecs.h"

namespace saccade {
namespace {

struct Source {
  std::span<const std::byte> rest;
};

int read_from_memory(GifFileType* file, GifByteType* target, int wanted) {
  auto& rest = static_cast<Source*>(file->UserData)->rest;
  const auto count = std::min(rest.size(), static_cast<std::size_t>(std::max(wanted, 0)));
  std::memcpy(target, rest.data(), count);
  rest = rest.subspan(count);
  return static_cast<int>(count);
}

struct Close {
  void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
};
using GifFile = std::unique_ptr<GifFileType, Close>;

DecodeFailure failure(const GifFile& file) {
  const char* reason = GifErrorString(file->Error);
  return DecodeFailure(std::string("is damaged GIF: ") + (reason ? reason : "unknown error"));
}

// Reads an extension; gives the transparent index where it is a graphics control block that has one.
std::optional<int> read_extension(const GifFile& file) {
  std::optional<int> transparent;
  int code = 0;
  GifByteType* block = nullptr;
  if (DGifGetExtension(file.get(), &code, &block) == GIF_ERROR) throw failure(file);
  while (block) {
    if (code == GRAPHICS_EXT_FUNC_CODE && block[0] == 4 && (block[1] & 1)) transparent = block[4];
    if (DGifGetExtensionNext(file.get(), &block) == GIF_ERROR) throw failure(file);
  }
  return transparent;
}

// Positions the file at the pixels of the first frame.
std::optional<int> find_first_frame(const GifFile& file) {
  std::optional<int> transparent;
  for (;;) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(file.get(), &record) == GIF_ERROR) throw failure(file);
    if (record == TERMINATE_RECORD_TYPE) throw DecodeFailure("is GIF without a picture");
    if (record == EXTENSION_RECORD_TYPE) {
      if (const auto index = read_extension(file)) transparent = index;
    }
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(file.get()) == GIF_ERROR) throw failure(file);
      return transparent;
    }
  }
}

// Row numbers in the order of the file. GIF89a, appendix E.
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> rows;
  if (!interlaced) {
    for (int y = 0; y < height; ++y) rows.push_back(y);
    return rows;
  }
  constexpr std::array<std::array<int, 2>, 4> kPasses{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [first, step] : kPasses) {
    for (int y = first; y < height; y += step) rows.push_back(y);
  }
  return rows;
}

}  // namespace

DecodedPicture decode_gif(std::span<const std::byte> bytes, const DecodeLimits& limits) {
  Source source{bytes};
  int reason = 0;
  const GifFile file(DGifOpen(&source, read_from_memory, &reason));
  if (!file) throw DecodeFailure("is damaged GIF");
  const auto transparent = find_first_frame(file);
  const auto& frame = file->Image;
  const auto* palette = frame.ColorMap ? frame.ColorMap : file->SColorMap;
  if (!palette) throw DecodeFailure("is GIF without colours");
  if (frame.Width <= 0 || frame.Height <= 0) throw DecodeFailure("is GIF without a picture");

  // Some writers give a screen that is too small for its frame.
  DecodedPicture decoded;
  auto& picture = decoded.picture;
  picture.width = std::max(file->SWidth, frame.Left + frame.Width);
  picture.height = std::max(file->SHeight, frame.Top + frame.Height);
  check_size(picture.width, picture.height, limits);
  picture.rgb.assign(3 * static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height), 255);

  std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
  int rows_read = 0;
  for (const int row : row_order(frame.Height, frame.Interlace)) {
    if (DGifGetLine(file.get(), line.data(), frame.Width) == GIF_ERROR) break;
    ++rows_read;
    auto* target = &picture.rgb[3 * (static_cast<std::size_t>(frame.Top + row) * static_cast<std::size_t>(picture.width) +
                                     static_cast<std::size_t>(frame.Left))];
    for (const int index : line) {
      if (index != transparent && index < palette->ColorCount) {
        const auto& colour = palette->Colors[index];
        target[0] = colour.Red, target[1] = colour.Green, target[2] = colour.Blue;
      }
      target += 3;
    }
  }
  if (2 * rows_read < frame.Height) throw failure(file);
  if (rows_read < frame.Height) decoded.warnings.push_back(std::to_string(frame.Height - rows_read) + " of its rows are missing");
  return decoded;
}

}  // namespace saccade
