#include "pipeline/overlay/text.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>

namespace saccade {
namespace {

template <auto Release>
struct Releaser {
  void operator()(auto* object) const { Release(object); }
};
using Surface = std::unique_ptr<cairo_surface_t, Releaser<cairo_surface_destroy>>;
using Cairo = std::unique_ptr<cairo_t, Releaser<cairo_destroy>>;
using Layout = std::unique_ptr<PangoLayout, Releaser<g_object_unref>>;
using Font = std::unique_ptr<PangoFontDescription, Releaser<pango_font_description_free>>;

constexpr Rgb8 kMarker = {255, 224, 102};

Layout lay_out(cairo_t* cairo, const Text& text) {
  Layout layout(pango_cairo_create_layout(cairo));
  Font font(pango_font_description_from_string(text.bold ? "sans-serif bold" : "sans-serif"));
  pango_font_description_set_absolute_size(font.get(), text.pixels * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font.get());
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  const std::unique_ptr<char, Releaser<g_free>> valid(g_utf8_make_valid(text.text.data(), static_cast<gssize>(text.text.size())));
  pango_layout_set_text(layout.get(), valid.get(), -1);
  if (text.width > 0) {
    pango_layout_set_width(layout.get(), text.width * PANGO_SCALE);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout.get(), -text.lines);
    pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  }
  pango_layout_set_alignment(layout.get(), text.alignment == TextAlignment::kCentre ? PANGO_ALIGN_CENTER
                                           : text.alignment == TextAlignment::kEnd  ? PANGO_ALIGN_RIGHT
                                                                                    : PANGO_ALIGN_LEFT);
  if (text.marked_end > text.marked_begin) {
    auto* attributes = pango_attr_list_new();
    auto* marker = pango_attr_background_new(kMarker.red * 257, kMarker.green * 257, kMarker.blue * 257);
    marker->start_index = static_cast<guint>(text.marked_begin);
    marker->end_index = static_cast<guint>(text.marked_end);
    pango_attr_list_insert(attributes, marker);
    pango_layout_set_attributes(layout.get(), attributes);
    pango_attr_list_unref(attributes);
  }
  return layout;
}

PangoRectangle box_of(PangoLayout* layout) {
  PangoRectangle ink, logical;
  pango_layout_get_pixel_extents(layout, &ink, &logical);
  return logical;
}

}  // namespace

TextSize measure(const Text& text) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1, 1));
  Cairo cairo(cairo_create(surface.get()));
  const auto box = box_of(lay_out(cairo.get(), text).get());
  return {box.width, box.height};
}

void draw(Picture& picture, const Text& text, int left, int top) {
  const auto size = measure(text);
  const int width = text.width > 0 ? text.width : size.width;
  if (width <= 0 || size.height <= 0) return;
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, size.height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return;  // wider than cairo draws
  Cairo cairo(cairo_create(surface.get()));
  cairo_set_source_rgb(cairo.get(), text.colour.red / 255.0, text.colour.green / 255.0, text.colour.blue / 255.0);
  pango_cairo_show_layout(cairo.get(), lay_out(cairo.get(), text).get());
  cairo_surface_flush(surface.get());

  const auto* pixels = cairo_image_surface_get_data(surface.get());
  const int stride = cairo_image_surface_get_stride(surface.get());
  for (int y = std::max(0, -top); y < std::min(size.height, picture.height - top); ++y) {
    for (int x = std::max(0, -left); x < std::min(width, picture.width - left); ++x) {
      const auto ink =
          reinterpret_cast<const uint32_t*>(pixels + static_cast<std::ptrdiff_t>(y) * stride)[x];  // colours already times opacity
      const unsigned opacity = ink >> 24;
      if (opacity == 0) continue;
      uint8_t* out = picture.rgb.data() + 3 * (static_cast<std::size_t>(top + y) * picture.width + left + x);
      for (int channel = 0; channel < 3; ++channel) {
        const unsigned colour = (ink >> (16 - 8 * channel)) & 0xff;
        out[channel] = static_cast<uint8_t>(std::min(255u, colour + (out[channel] * (255 - opacity) + 127) / 255));
      }
    }
  }
}

bool is_right_to_left(const std::string& text) {
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, 1, 1));
  Cairo cairo(cairo_create(surface.get()));
  return pango_layout_get_direction(lay_out(cairo.get(), {.text = text}).get(), 0) == PANGO_DIRECTION_RTL;
}

}  // namespace saccade
