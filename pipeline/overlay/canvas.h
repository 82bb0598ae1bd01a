/// Putting pictures together.
#pragma once

#include "data/pictures/picture.h"
#include "pipeline/overlay/colour_map.h"

namespace saccade {

/// Of everything that is drawn beside a photograph.
constexpr Rgb8 kPaper = {252, 252, 250}, kInk = {28, 28, 32}, kGrey = {112, 112, 120}, kLine = {200, 200, 204};

Picture blank_picture(int width, int height, Rgb8 colour);

void paste(Picture& onto, const Picture& picture, int left, int top);

void fill(Picture& picture, PixelRange range, Rgb8 colour);

/// The range's edge, `thickness` pixels inwards.
void outline(Picture& picture, PixelRange range, int thickness, Rgb8 colour);

/// Scaled, its proportions kept, until it just fits into a square of `longest` pixels: averaged where it shrinks; where a small picture
/// grows, its pixels stay squares.
Picture scale_to_fit(const Picture& picture, int longest);

}  // namespace saccade
