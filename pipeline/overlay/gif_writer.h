#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "pipeline/overlay/weight_map.h"

struct GifFileType;

namespace saccade {

/// A GIF that loops for ever, in memory, each frame in 256 colours of its own. giflib's failures are programming errors, or no memory.
class GifWriter {
 public:
  GifWriter(int width, int height);

  /// A frame of the animation's size.
  void add(const Picture& frame, double seconds);
  /// The same, of which only the rectangle that differs from the last frame is written: a panel beside a picture that stays costs little.
  void add_change(const Picture& frame, double seconds);
  std::vector<std::byte> finish();

 private:
  void write(const Picture& part, int left, int top, double seconds);
  void check(int result);

  struct Closer {
    void operator()(GifFileType* gif) const;
  };
  std::vector<std::byte> bytes_;
  std::unique_ptr<GifFileType, Closer> gif_;
  Picture last_;
};

}  // namespace saccade
