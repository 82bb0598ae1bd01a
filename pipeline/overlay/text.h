/// Words of any script on a picture: shaping, right-to-left and fallback fonts by Pango.
#pragma once

#include <cstddef>
#include <string>

#include "data/pictures/picture.h"
#include "pipeline/overlay/colour_map.h"

namespace saccade {

enum class TextAlignment { kStart, kCentre, kEnd };

struct Text {
  std::string text;  ///< any bytes; broken UTF-8 shows as U+FFFD, line breaks as a sign
  double pixels = 15;
  bool bold = false;
  Rgb8 colour = {28, 28, 32};
  int width = 0;  ///< pixels it may take, 0: as many as it needs
  int lines = 1;  ///< what goes on longer ends in "…"
  TextAlignment alignment = TextAlignment::kStart;
  std::size_t marked_begin = 0, marked_end = 0;  ///< bytes of `text` drawn on a marker's yellow
};

struct TextSize {
  int width = 0, height = 0;
};

TextSize measure(const Text& text);

/// Draws with the upper left corner of the text's box at (left, top); what falls outside the picture is cut.
void draw(Picture& picture, const Text& text, int left, int top);

/// Whether the text's first letter with a direction belongs to a script that is written from right to left.
bool is_right_to_left(const std::string& text);

}  // namespace saccade
