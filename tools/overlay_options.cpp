#include "tools/overlay_options.h"

namespace saccade {
namespace {

/// The enumerator of a name that JSON knows it by.
template <typename Enumeration>
Enumeration named(const std::string& name, const std::vector<std::string>& names) {
  check_is_one_of(name, names);
  return nlohmann::json(name).get<Enumeration>();
}

const std::vector<std::string>& formats() {
  static const std::vector<std::string> names = {"sheet", "words", "gif", "html", "matrix", "strength", "npy", "safetensors"};
  return names;
}

}  // namespace

std::string overlay_format_names() {
  const auto& all = formats();
  std::string names = all.front() + " (default)";
  for (std::size_t i = 1; i < all.size(); ++i) names += (i + 1 < all.size() ? ", " : " or ") + all[i];
  return names;
}

ValueReader overlay_format(OverlayOptions* options) {
  return [options](const std::string& name) { options->formats.push_back(named<OverlayFormat>(name, formats())); };
}

void add_overlay_options(CommandLine& line, OverlayOptions& options) {
  line.group("Overlays")
      .repeated("format", "NAME", overlay_format(&options),
                "sheet (default: one PNG a picture), words (a PNG a word, full size), gif, html (one page), "
                "matrix or strength (an SVG figure), npy or safetensors (the weights, for other tools)")
      .option(
          "scale", "NAME",
          [&](const std::string& name) {
            options.scale = named<WeightScale>(name, {"shared", "per-word"});
          },
          "colours that compare between words: shared (default); or per-word")
      .option("tile", "PIXELS", whole_number(&options.tile, {32, 4096}), "longest side of a picture in the sheet (default: 280)")
      .option("seconds", "X", real_number(&options.gif_seconds, {0.02, 60}), "how long the gif shows a word (default: 0.9)");
}

}  // namespace saccade
