#include "pipeline/overlay/animation.h"

#include <c10/util/Exception.h>

#include <tuple>

#include "pipeline/overlay/canvas.h"
#include "pipeline/overlay/gif_writer.h"
#include "pipeline/overlay/text.h"
#include "pipeline/overlay/words.h"

namespace saccade {
namespace {

constexpr int kBorder = 14;

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
