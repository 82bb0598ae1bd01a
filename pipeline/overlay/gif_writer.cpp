#include "pipeline/overlay/gif_writer.h"

#include <c10/util/Exception.h>
#include <gif_lib.h>

#include <cmath>
#include <cstring>

#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/quantise.h"

namespace saccade {
namespace {

int append(GifFileType* gif, const GifByteType* bytes, int count) {
  auto& out = *static_cast<std::vector<std::byte>*>(gif->UserData);
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  out.insert(out.end(), first, first + count);
  return count;
}

/// The smallest rectangle with all pixels that differ; a pixel where none does.
PixelRange changed_range(const Picture& before, const Picture& after) {
  PixelRange range{after.width, after.height, 0, 0};
  for (int y = 0; y < after.height; ++y) {
    for (int x = 0; x < after.width; ++x) {
      const auto at = 3 * (static_cast<std::size_t>(y) * after.width + x);
      if (std::memcmp(&before.rgb[at], &after.rgb[at], 3) == 0) continue;
      range = {std::min(range.left, x), std::min(range.top, y), std::max(range.right, x + 1), std::max(range.bottom, y + 1)};
    }
  }
  return range.right > 0 ? range : PixelRange{0, 0, 1, 1};
}

}  // namespace

GifWriter::GifWriter(int width, int height) {
  int error = 0;
  gif_.reset(EGifOpen(&bytes_, append, &error));
  TORCH_CHECK(gif_, "GIF: ", GifErrorString(error));
  EGifSetGifVersion(gif_.get(), true);
  check(EGifPutScreenDesc(gif_.get(), width, height, 8, 0, nullptr));
  constexpr unsigned char kForever[] = {1, 0, 0};
  check(EGifPutExtensionLeader(gif_.get(), APPLICATION_EXT_FUNC_CODE));
  check(EGifPutExtensionBlock(gif_.get(), 11, "NETSCAPE2.0"));
  check(EGifPutExtensionBlock(gif_.get(), sizeof kForever, kForever));
  check(EGifPutExtensionTrailer(gif_.get()));
}

void GifWriter::add(const Picture& frame, double seconds) {
  write(frame, 0, 0, seconds);
  last_ = frame;
}

void GifWriter::add_change(const Picture& frame, double seconds) {
  if (last_.rgb.size() != frame.rgb.size()) return add(frame, seconds);
  const auto range = changed_range(last_, frame);
  auto part = blank_picture(range.right - range.left, range.bottom - range.top, {});
  paste(part, frame, -range.left, -range.top);
  write(part, range.left, range.top, seconds);
  last_ = frame;
}

void GifWriter::write(const Picture& part, int left, int top, double seconds) {
  auto indexed = quantise(part);
  GraphicsControlBlock control{.DisposalMode = DISPOSE_DO_NOT,
                               .UserInputFlag = false,
                               .DelayTime = static_cast<int>(std::lround(seconds * 100)),
                               .TransparentColor = NO_TRANSPARENT_COLOR};
  GifByteType packed[4];
  EGifGCBToExtension(&control, packed);
  check(EGifPutExtension(gif_.get(), GRAPHICS_EXT_FUNC_CODE, sizeof packed, packed));
  std::vector<GifColorType> colours;
  for (const auto& colour : indexed.palette) colours.push_back({colour.red, colour.green, colour.blue});
  const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(GifMakeMapObject(static_cast<int>(colours.size()), colours.data()),
                                                                         GifFreeMapObject);
  check(EGifPutImageDesc(gif_.get(), left, top, indexed.width, indexed.height, false, map.get()));
  for (int y = 0; y < indexed.height; ++y)
    check(EGifPutLine(gif_.get(), indexed.indices.data() + static_cast<std::size_t>(y) * indexed.width, indexed.width));
}

std::vector<std::byte> GifWriter::finish() {
  int error = 0;
  TORCH_CHECK(EGifCloseFile(gif_.release(), &error) == GIF_OK, "GIF: ", GifErrorString(error));
  return std::move(bytes_);
}

void GifWriter::check(int result) { TORCH_CHECK(result == GIF_OK, "GIF: ", GifErrorString(gif_->Error)); }

void GifWriter::Closer::operator()(GifFileType* gif) const { EGifCloseFile(gif, nullptr); }

}  // namespace saccade
