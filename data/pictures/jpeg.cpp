#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "data/pictures/byte_reader.h"
#include "data/pictures/codecs.h"

namespace saccade {
namespace {

// Every scan of a progressive file visits all pixels again: a small file can ask for hours. 1.5e9 visits are a few seconds; 15 scans of the
// largest picture.
constexpr int64_t kMaxVisits = 1'500'000'000;
constexpr double kMaxMissing = 0.5;

using Decompressor = std::unique_ptr<void, decltype(&tjDestroy)>;

// Adobe stores inverted ink (255 = none), everybody else ink. In place: three bytes never overtake four.
void cmyk_to_rgb(std::vector<uint8_t>& pixels, bool inverted) {
  const auto flip = static_cast<uint8_t>(inverted ? 0 : 255);
  for (std::size_t from = 0, to = 0; from < pixels.size(); from += 4, to += 3) {
    const unsigned black = pixels[from + 3] ^ flip;
    for (std::size_t c = 0; c < 3; ++c) pixels[to + c] = static_cast<uint8_t>(((pixels[from + c] ^ flip) * black + 127) / 255);
  }
  pixels.resize(pixels.size() / 4 * 3);
}

// What libjpeg has no data for is mid-grey. Share of the rows at the bottom that are.
double missing_share(const Picture& picture) {
  const auto end = std::find_if(picture.rgb.rbegin(), picture.rgb.rend(), [](uint8_t value) { return value != 128; });
  const auto grey = static_cast<std::size_t>(end - picture.rgb.rbegin());
  return static_cast<double>(grey / (3 * static_cast<std::size_t>(picture.width))) / picture.height;
}

// Throws if too little of the picture is there, else says how much.
std::string describe_damage(const Picture& picture, std::string warning) {
  const auto missing = missing_share(picture);
  const auto percent = std::to_string(static_cast<int>(std::ceil(100 * missing))) + " %";
  if (missing > kMaxMissing) throw DecodeFailure("is cut short: the lower " + percent + " of the picture is missing");
  if (missing > 0) warning += " (the lower " + percent + " is missing)";
  return warning;
}

}  // namespace

DecodedPicture decode_jpeg(std::span<const std::byte> bytes, const PictureHeader& header, int shrink) {
  if (header.scans > 1 && header.scans * header.width * header.height > kMaxVisits) {
    throw DecodeFailure("has " + std::to_string(header.scans) + " scans, too many for its size");
  }
  const Decompressor decompressor(tjInitDecompress(), &tjDestroy);
  if (!decompressor) throw DecodeFailure(tjGetErrorStr2(nullptr));

  const bool cmyk = header.components == 4;
  const int channels = cmyk ? 4 : 3;
  DecodedPicture decoded;
  auto& picture = decoded.picture;
  picture.width = static_cast<int>((header.width + shrink - 1) / shrink);
  picture.height = static_cast<int>((header.height + shrink - 1) / shrink);
  picture.rgb.resize(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height) *
                     static_cast<std::size_t>(channels));
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const int verdict = tjDecompress2(decompressor.get(), data, bytes.size(), picture.rgb.data(), picture.width, picture.width * channels,
                                    picture.height, cmyk ? TJPF_CMYK : TJPF_RGB, TJFLAG_LIMITSCANS);
  std::string warning;
  if (verdict != 0) {
    warning = tjGetErrorStr2(decompressor.get());
    if (const auto prefix = warning.find("(): "); prefix != std::string::npos) warning.erase(0, prefix + 4);  // "tjDecompress2(): "
    if (tjGetErrorCode(decompressor.get()) != TJERR_WARNING) throw DecodeFailure("is damaged JPEG: " + warning);
  }
  if (cmyk) cmyk_to_rgb(picture.rgb, header.is_adobe);
  if (!warning.empty()) decoded.warnings.push_back(describe_damage(picture, warning));
  return decoded;
}

}  // namespace saccade
