/// Animations read back.
#pragma once

#include <gif_lib.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "pipeline/overlay/canvas.h"

namespace saccade {

inline int read_bytes(GifFileType* gif, GifByteType* out, int wanted) {
  auto& rest = *static_cast<std::span<const std::byte>*>(gif->UserData);
  const auto count = std::min<std::size_t>(wanted, rest.size());
  std::memcpy(out, rest.data(), count);
  rest = rest.subspan(count);
  return static_cast<int>(count);
}

struct CloseGif {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};

/// All frames, decoded by giflib.
inline std::unique_ptr<GifFileType, CloseGif> decoded(const std::vector<std::byte>& bytes) {
  std::span<const std::byte> rest = bytes;
  int error = 0;
  std::unique_ptr<GifFileType, CloseGif> gif(DGifOpen(&rest, read_bytes, &error));
  if (!gif || DGifSlurp(gif.get()) != GIF_OK) return nullptr;
  return gif;
}

inline Picture frame_of(const GifFileType& gif, int index) {
  const auto& image = gif.SavedImages[index];
  Picture picture{.width = image.ImageDesc.Width, .height = image.ImageDesc.Height};
  for (int i = 0; i < picture.width * picture.height; ++i) {
    const auto& colour = image.ImageDesc.ColorMap->Colors[image.RasterBits[i]];
    picture.rgb.insert(picture.rgb.end(), {colour.Red, colour.Green, colour.Blue});
  }
  return picture;
}

/// What is shown at a frame that may be only the part that changed.
inline Picture shown_at(const GifFileType& gif, int index) {
  auto shown = blank_picture(gif.SWidth, gif.SHeight, {});
  for (int i = 0; i <= index; ++i) {
    const auto& place = gif.SavedImages[i].ImageDesc;
    paste(shown, frame_of(gif, i), place.Left, place.Top);
  }
  return shown;
}

}  // namespace saccade
