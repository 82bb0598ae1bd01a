#include "pipeline/overlay/animation.h"

#include <c10/util/Exception.h>
#include <gif_lib.h>

#include <cmath>
#include <cstring>
#include <memory>

#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/quantise.h"
#include "pipeline/overlay/text.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

constexpr int kBorder = 14;

int append(GifFileType* gif, const GifByteType* bytes, int count) {
  auto& out = *static_cast<std::vector<std::byte>*>(gif->UserData);
  const auto* first = reinterpret_cast<const std::byte*>(bytes);
  out.insert(out.end(), first, first + count);
  return count;
}

/// giflib over memory. Its failures here are programming errors, or no memory.
class GifWriter {
 public:
  GifWriter(int width, int height) {
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

  void add(const Picture& frame, double seconds) {
    auto indexed = quantise(frame);
    GraphicsControlBlock control{.DisposalMode = DISPOSE_DO_NOT,
                                 .UserInputFlag = false,
                                 .DelayTime = static_cast<int>(std::lround(seconds * 100)),
                                 .TransparentColor = NO_TRANSPARENT_COLOR};
    GifByteType packed[4];
    EGifGCBToExtension(&control, packed);
    check(EGifPutExtension(gif_.get(), GRAPHICS_EXT_FUNC_CODE, sizeof packed, packed));
    std::vector<GifColorType> colours;
    for (const auto& colour : indexed.palette) colours.push_back({colour.red, colour.green, colour.blue});
    const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> map(
        GifMakeMapObject(static_cast<int>(colours.size()), colours.data()), GifFreeMapObject);
    check(EGifPutImageDesc(gif_.get(), 0, 0, indexed.width, indexed.height, false, map.get()));
    for (int y = 0; y < indexed.height; ++y)
      check(EGifPutLine(gif_.get(), indexed.indices.data() + static_cast<std::size_t>(y) * indexed.width, indexed.width));
  }

  std::vector<std::byte> finish() {
    int error = 0;
    TORCH_CHECK(EGifCloseFile(gif_.release(), &error) == GIF_OK, "GIF: ", GifErrorString(error));
    return std::move(bytes_);
  }

 private:
  void check(int result) { TORCH_CHECK(result == GIF_OK, "GIF: ", GifErrorString(gif_->Error)); }

  struct Closer {
    void operator()(GifFileType* gif) const { EGifCloseFile(gif, nullptr); }
  };
  std::vector<std::byte> bytes_;
  std::unique_ptr<GifFileType, Closer> gif_;
};

}  // namespace

std::vector<std::byte> animate_words(const CaptionRecord& record, const Picture& original, const AnimationOptions& options) {
  TORCH_CHECK(record.attention, "an animation needs attention");
  const auto picture = scale_to_fit(original, options.longest_side);
  Text caption{.text = record.caption, .pixels = 20, .colour = kInk, .width = std::max(40, picture.width - 2 * kBorder), .lines = 4};
  const int caption_height = measure(caption).height;
  const auto frame_of = [&](const Picture& shown) {
    auto frame = blank_picture(picture.width, picture.height + caption_height + 2 * kBorder, kPaper);
    paste(frame, shown, 0, 0);
    draw(frame, caption, kBorder, picture.height + kBorder);
    return frame;
  };

  GifWriter gif(picture.width, picture.height + caption_height + 2 * kBorder);
  gif.add(frame_of(picture), options.pause_seconds);
  const auto spans = word_spans(record.caption, record.words);
  const auto limits = colour_limits(*record.attention, options.scale);
  for (std::size_t t = 0; t < record.words.size(); ++t) {
    std::tie(caption.marked_begin, caption.marked_end) = spans[t];
    gif.add(frame_of(overlay_weights(picture, map_weights(*record.attention, t, picture.width, picture.height), limits[t])),
            options.word_seconds);
  }
  return gif.finish();
}

}  // namespace saccade
